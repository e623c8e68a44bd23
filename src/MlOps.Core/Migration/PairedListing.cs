using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Lists the artifacts of the source that can be copied, each with the artifact at the same path of the target. Two ordered listings
/// are merged, so the memory use is one page of each.</summary>
internal sealed class PairedListing(IArtifactStore source, IArtifactStore target, MigrationReportBuilder report)
{
    /// <summary>Lists the artifacts of the source below a folder.</summary>
    /// <remarks>An artifact that is too damaged to be listed is reported as a fault, and the listing continues.</remarks>
    public async IAsyncEnumerable<(ArtifactEntry Source, ArtifactEntry? Target)> ReadAsync(
        ArtifactPath? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sources = source.ListAsync(prefix, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var disposingSources = sources.ConfigureAwait(false);
        var targets = target.ListAsync(prefix, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var disposingTargets = targets.ConfigureAwait(false);
        var next = await MoveNextAsync(targets, "target").ConfigureAwait(false);
        while (await MoveNextAsync(sources, "source").ConfigureAwait(false) is { } entry)
        {
            while (next is not null && next.Path < entry.Path)
            {
                next = await MoveNextAsync(targets, "target").ConfigureAwait(false);
            }

            if (!StoreLayout.IsLocal(entry.Path))
            {
                yield return (entry, next?.Path == entry.Path ? next : null);
            }
        }
    }

    private async Task<ArtifactEntry?> MoveNextAsync(IAsyncEnumerator<ArtifactEntry> entries, string end)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false) ? entries.Current : null;
        }
        catch (ArtifactIntegrityException exception)
        {
            // The store throws this exception after it listed all other artifacts.
            if (!StoreLayout.IsLocal(exception.Path))
            {
                report.AddFault(exception.Path, $"At the {end}: {exception.Message}");
            }

            return null;
        }
    }
}
