using System.Runtime.CompilerServices;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Which content the steps of workflows made.</summary>
internal sealed class StepRoots(IArtifactStore store, ContentStore content, TimeProvider timeProvider) : IContentRoots
{
    /// <inheritdoc/>
    public bool Reads(ArtifactPath folder) => StepPaths.IsLog(folder);

    /// <inheritdoc/>
    public async IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (log, experiment) in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            using var _ = log;
            if ((await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State.Completed is { } completed)
            {
                var owner = $"step '{completed.Step}' of experiment '{experiment}'";
                yield return (completed.Manifest, owner);
                foreach (var file in (await StepManifest.ReadAsync(content, completed.Manifest, cancellationToken).ConfigureAwait(false)).Files)
                {
                    yield return (file.Sha256, owner);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MlOpsException> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (log, _) in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            using var _ = log;
            if (await LogFault.FindAsync(() => log.VerifyAsync(cancellationToken)).ConfigureAwait(false) is { } fault)
            {
                yield return fault;
            }
        }
    }

    private async IAsyncEnumerable<(EventLog<StepEvent, StepRecord> Log, string Experiment)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var experiment in RecordFolders.ListNamesAsync(store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var key in RecordFolders.ListNamesAsync(store, StepPaths.Of(experiment), cancellationToken).ConfigureAwait(false))
            {
                if (Sha256Digest.TryParse(key, out var digest))
                {
                    yield return (new EventLog<StepEvent, StepRecord>(store, StepPaths.Of(experiment, digest), StepRecord.Schema, timeProvider), experiment);
                }
            }
        }
    }
}
