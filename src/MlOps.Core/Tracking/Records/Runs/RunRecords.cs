using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The runs in a store: <c>experiments/&lt;experiment&gt;/runs/&lt;id&gt;/</c>.</summary>
internal sealed class RunRecords(IArtifactStore store, ContentStore content, string actor, TimeProvider timeProvider, ILogger logger)
    : RecordKind<RunEvent, RunState>(store, RunFold.Schema, actor, timeProvider, logger)
{
    private readonly IArtifactStore _store = store;

    /// <inheritdoc/>
    public override string Kind => "runs";

    /// <summary>Opens the log of a run. The caller disposes it.</summary>
    public RecordLog<RunEvent, RunState> OpenLog(string experiment, string runId) => OpenLog(TrackingPaths.Run(experiment, runId));

    /// <inheritdoc/>
    public override bool Owns(ArtifactPath folder) => folder.IsBelow(TrackingPaths.Experiments) && folder.ToString().Split('/') is [_, _, "runs", _];

    /// <summary>Lists the identifiers of the runs of an experiment, deleted ones included.</summary>
    public IAsyncEnumerable<string> ListIdsAsync(string experiment, CancellationToken cancellationToken) =>
        RecordFolders.ListNamesAsync(_store, TrackingPaths.Runs(experiment), cancellationToken).Where(TrackingPaths.IsRunId);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<ArtifactPath> ListFoldersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var experiment in RecordFolders.ListNamesAsync(_store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var runId in ListIdsAsync(experiment, cancellationToken).ConfigureAwait(false))
            {
                yield return TrackingPaths.Run(experiment, runId);
            }
        }
    }

    /// <inheritdoc/>
    protected override string Describe(ArtifactPath folder) =>
        folder.ToString().Split('/') is [_, var experiment, _, var runId] ? $"run '{runId}' of experiment '{experiment}'" : folder.ToString();

    /// <inheritdoc/>
    protected override IEnumerable<ContentReference> GetReferences(string owner, RunState state)
    {
        foreach (var file in state.Files.Values)
        {
            yield return new ContentReference(file.Sha256, owner);
        }

        if (state.Environment is { } environment)
        {
            yield return new ContentReference(environment, owner, token => ReadDiffAsync(environment, token));
        }
    }

    private async Task<IReadOnlyList<Sha256Digest>> ReadDiffAsync(Sha256Digest environment, CancellationToken cancellationToken) =>
        (await RunSurroundings.ReadAsync(content, environment, cancellationToken).ConfigureAwait(false)).Git?.Diff is { } diff ? [diff] : [];
}
