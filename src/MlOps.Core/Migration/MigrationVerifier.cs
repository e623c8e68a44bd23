using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Verifies that the target contains the artifacts of the source, and copies artifacts that changed during the migration.</summary>
internal sealed class MigrationVerifier(
    ArtifactCopier artifacts, MigrationEndpoint source, MigrationEndpoint target, MigrationReportBuilder report, bool readsContent)
{
    /// <summary>Verifies an artifact. Adds a fault if it is not the same at both stores.</summary>
    /// <param name="entry">The artifact at the source.</param>
    /// <param name="existing">The artifact at the target, or <see langword="null"/> if there is none.</param>
    /// <param name="isTooNew">Determines whether an event was recorded too late for this run.</param>
    /// <param name="cancellationToken">A token that cancels the verification.</param>
    public async Task VerifyAsync(ArtifactEntry entry, ArtifactEntry? existing, Func<ArtifactPath, bool> isTooNew, CancellationToken cancellationToken)
    {
        report.AddExamined();
        var path = entry.Path;
        try
        {
            var isEvent = StoreLayout.IsEvent(path);
            var isThere = isEvent
                ? existing is not null || !isTooNew(path)
                : await artifacts.CopyAsync(entry, existing, cancellationToken).ConfigureAwait(false) is CopyOutcome.Copied or CopyOutcome.Unchanged;
            if (isThere)
            {
                await CompareAsync(path, isEvent || StoreLayout.FindDigest(path) is not null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ArtifactIntegrityException exception)
        {
            report.AddFault(path, exception.Message);
        }
    }

    /// <summary>Compares digests. A mutable artifact was compared just before and may have changed since, so its bytes are only checked against
    /// its recorded digest.</summary>
    private async Task CompareAsync(ArtifactPath path, bool isImmutable, CancellationToken cancellationToken)
    {
        var actual = readsContent
            ? await target.ReadDigestAsync(path, cancellationToken).ConfigureAwait(false)
            : await target.FindDigestAsync(path, cancellationToken).ConfigureAwait(false);
        var expected = isImmutable ? StoreLayout.FindDigest(path) ?? await source.FindDigestAsync(path, cancellationToken).ConfigureAwait(false) : actual;
        if (expected == actual && expected is not null)
        {
            report.AddVerified();
        }
        else
        {
            report.AddFault(
                path,
                $"{(actual is null ? "The artifact is missing" : $"The artifact has the SHA-256 {actual}")} at the target. "
                + $"The expected SHA-256 is {expected?.ToString() ?? "unknown"}. "
                + "If the source is correct, delete the artifact at the target and run the migration again.");
        }
    }
}
