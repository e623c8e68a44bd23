using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Makes sure that the target has what the source has, and brings along what was written while the migration ran.</summary>
internal sealed class MigrationVerifier(ArtifactCopier artifacts, MigrationEnd source, MigrationEnd target, MigrationTally tally, bool readsContent)
{
    /// <summary>Verifies an artifact; where it is not as it should be, that is a fault.</summary>
    /// <param name="entry">The artifact at the source.</param>
    /// <param name="existing">The artifact at the target, or <see langword="null"/> if there is none.</param>
    /// <param name="isNews">Whether an event that is not at the target came to the source too late for this run.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    public async Task VerifyAsync(ArtifactEntry entry, ArtifactEntry? existing, Func<ArtifactPath, bool> isNews, CancellationToken cancellationToken)
    {
        tally.AddLooked();
        var path = entry.Path;
        try
        {
            var isEvent = StoreLayout.IsEvent(path);
            var isThere = isEvent
                ? existing is not null || !isNews(path)
                : await artifacts.CopyAsync(entry, existing, cancellationToken).ConfigureAwait(false) is CopyOutcome.Copied or CopyOutcome.Unchanged;
            if (isThere)
            {
                await CompareAsync(path, isEvent || StoreLayout.FindDigest(path) is not null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ArtifactIntegrityException exception)
        {
            tally.AddFault(path, exception.Message);
        }
    }

    /// <summary>Compares digests. What may change at any time was compared a moment ago and is not compared again, lest it has changed since; its bytes are checked against its own digest.</summary>
    private async Task CompareAsync(ArtifactPath path, bool isImmutable, CancellationToken cancellationToken)
    {
        var actual = readsContent
            ? await target.ReadDigestAsync(path, cancellationToken).ConfigureAwait(false)
            : await target.FindDigestAsync(path, cancellationToken).ConfigureAwait(false);
        var expected = isImmutable ? StoreLayout.FindDigest(path) ?? await source.FindDigestAsync(path, cancellationToken).ConfigureAwait(false) : actual;
        if (expected == actual && expected is not null)
        {
            tally.AddVerified();
        }
        else
        {
            tally.AddFault(
                path,
                $"Its SHA-256 should be {expected?.ToString() ?? "known"} and is {actual?.ToString() ?? "unknown, because it is missing"} at the target. "
                + "If the source is right, delete it at the target and migrate again.");
        }
    }
}
