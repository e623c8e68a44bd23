using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Lists what is to be copied of the source, each with what is at its path at the target: two ordered listings read side by side, in no more memory than a page of each.</summary>
internal sealed class PairedListing(IArtifactStore source, IArtifactStore target, MigrationTally tally)
{
    /// <summary>Lists the artifacts of the source below a folder.</summary>
    /// <remarks>An artifact so damaged that it cannot be listed is a fault, and the listing goes on.</remarks>
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
            // The listing's last word: everything that can be listed has been.
            if (!StoreLayout.IsLocal(exception.Path))
            {
                tally.AddFault(exception.Path, $"At the {end}: {exception.Message}");
            }

            return null;
        }
    }
}
