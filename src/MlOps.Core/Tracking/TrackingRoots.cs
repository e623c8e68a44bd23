using System.Runtime.CompilerServices;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Which content the runs of experiments use.</summary>
internal sealed class TrackingRoots(RunServices services, ExperimentStore experiments, ExperimentTracker tracker) : IContentRoots
{
    /// <inheritdoc/>
    public bool Reads(ArtifactPath folder) =>
        folder.IsBelow(TrackingPaths.Experiments) && folder.ToString().Split('/') is [_, _] or [_, _, "runs", _];

    /// <inheritdoc/>
    public async IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var surroundings = new Dictionary<Sha256Digest, Sha256Digest?>();
        await foreach (var log in ListRunsAsync(cancellationToken).ConfigureAwait(false))
        {
            using var _ = log;
            var state = (await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
            var owner = $"run '{log.RunId}' of experiment '{log.Experiment}'";
            foreach (var file in state.Files.Values)
            {
                yield return (file.Sha256, owner);
            }

            if (state.Environment is { } environment)
            {
                yield return (environment, owner);
                if (!surroundings.TryGetValue(environment, out var diff))
                {
                    surroundings[environment] = diff =
                        (await RunSurroundings.ReadAsync(services.Content, environment, cancellationToken).ConfigureAwait(false)).Git?.Diff;
                }

                if (diff is not null)
                {
                    yield return (diff.Value, owner);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MlOpsException> VerifyAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var experiment in ListExperimentsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await LogFault.FindAsync(() => experiments.VerifyAsync(experiment, cancellationToken)).ConfigureAwait(false) is { } fault)
            {
                yield return fault;
            }
        }

        await foreach (var log in ListRunsAsync(cancellationToken).ConfigureAwait(false))
        {
            using var _ = log;
            if (await LogFault.FindAsync(() => log.VerifyAsync(cancellationToken)).ConfigureAwait(false) is { } fault)
            {
                yield return fault;
            }
        }
    }

    private IAsyncEnumerable<string> ListExperimentsAsync(CancellationToken cancellationToken) =>
        RecordFolders.ListNamesAsync(services.Store, TrackingPaths.Experiments, cancellationToken);

    private async IAsyncEnumerable<RunLog> ListRunsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var experiment in ListExperimentsAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var runId in tracker.ListRunIdsAsync(experiment, cancellationToken).ConfigureAwait(false))
            {
                yield return new RunLog(services, experiment, runId);
            }
        }
    }
}
