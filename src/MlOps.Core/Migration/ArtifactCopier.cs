using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Copies single artifacts, other than events, between the stores of a migration.</summary>
internal sealed class ArtifactCopier(MigrationEndpoint source, MigrationEndpoint target, MigrationReportBuilder report, bool isDryRun)
{
    private const int MaxAttempts = 4;

    /// <summary>Copies an artifact unless the target contains the same artifact. If it cannot be copied, adds a fault instead of
    /// throwing.</summary>
    /// <param name="entry">The artifact at the source.</param>
    /// <param name="existing">The artifact at the target, or <see langword="null"/> if there is none.</param>
    /// <param name="cancellationToken">A token that cancels the copy. A canceled copy leaves nothing behind.</param>
    public async Task<CopyOutcome> CopyAsync(ArtifactEntry entry, ArtifactEntry? existing, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (existing is not null && await IsSameAsync(entry, existing, cancellationToken).ConfigureAwait(false))
                {
                    return CopyOutcome.Unchanged;
                }

                if (await TryCopyAsync(entry, existing, attempt == MaxAttempts, cancellationToken).ConfigureAwait(false))
                {
                    return CopyOutcome.Copied;
                }

                existing = await target.FindAsync(entry.Path, cancellationToken).ConfigureAwait(false);
                entry = await source.FindAsync(entry.Path, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(entry.Path);
            }
        }
        catch (ArtifactNotFoundException)
        {
            return CopyOutcome.Deleted;
        }
        catch (Exception exception) when (exception is ArtifactIntegrityException or ArtifactConflictException or ArtifactExistsException or ArgumentException)
        {
            // ArgumentException: an attribute that another tool wrote is not valid in this library.
            report.AddFault(entry.Path, exception.Message);
            return CopyOutcome.Faulty;
        }
    }

    /// <summary>Copies an artifact with its attributes.</summary>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="condition">The condition of the write at the target.</param>
    /// <param name="cancellationToken">A token that cancels the copy. A canceled copy leaves nothing behind.</param>
    /// <exception cref="ArtifactIntegrityException">The artifact is damaged at the source.</exception>
    public Task WriteAsync(ArtifactPath path, WriteCondition condition, CancellationToken cancellationToken) => source.NameDamageAsync(async () =>
    {
        var content = await source.Store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var options = new ArtifactWriteOptions
        {
            Condition = condition,
            ExpectedSha256 = StoreLayout.FindDigest(path) ?? content.Info.Sha256,
            ContentType = content.Info.ContentType,
            Metadata = content.Info.Metadata,
        };
        var written = await target.Store.WriteAsync(path, content.Stream, options, cancellationToken).ConfigureAwait(false);
        report.AddCopied(1, written.Size);
        return written;
    });

    /// <returns><see langword="false"/> if another writer changed the artifact at either store.</returns>
    private async Task<bool> TryCopyAsync(ArtifactEntry entry, ArtifactEntry? existing, bool isLast, CancellationToken cancellationToken)
    {
        if (isDryRun)
        {
            report.AddCopied(1, entry.Size);
            return true;
        }

        try
        {
            var condition = existing is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(existing.ETag);
            await WriteAsync(entry.Path, condition, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!isLast && exception is ArtifactExistsException or ArtifactConflictException)
        {
            return false;
        }
    }

    /// <summary>Determines whether two artifacts are the same. Content is compared by size, because its path contains its digest. Other
    /// artifacts are compared by bytes and attributes.</summary>
    private async Task<bool> IsSameAsync(ArtifactEntry entry, ArtifactEntry existing, CancellationToken cancellationToken)
    {
        if (entry.Size != existing.Size || StoreLayout.FindDigest(entry.Path) is not null)
        {
            return entry.Size == existing.Size;
        }

        var path = entry.Path;
        var original = await source.FindAsync(path, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(path);
        if (await target.FindAsync(path, cancellationToken).ConfigureAwait(false) is not { } copy || !HasSameAttributes(original, copy))
        {
            return false;
        }

        return (original.Sha256 ?? await source.ReadDigestAsync(path, cancellationToken).ConfigureAwait(false))
            == (copy.Sha256 ?? await target.ReadDigestAsync(path, cancellationToken).ConfigureAwait(false));
    }

    private static bool HasSameAttributes(ArtifactInfo original, ArtifactInfo copy) =>
        original.ContentType == copy.ContentType
        && original.Metadata.Count == copy.Metadata.Count
        && original.Metadata.All(entry => copy.Metadata.TryGetValue(entry.Key, out var value) && value == entry.Value);
}
