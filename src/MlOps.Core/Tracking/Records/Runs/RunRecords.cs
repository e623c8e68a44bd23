using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The runs in a store: <c>experiments/&lt;experiment&gt;/runs/&lt;id&gt;/</c>.</summary>
internal sealed class RunRecords(IArtifactStore store, ContentStore content, string actor, TimeProvider timeProvider, ILogger logger)
    : RecordKind<RunEvent, RunState>(store, RunFold.Schema, actor, timeProvider, logger), IRemovableRecords
{
    /// <summary>The time after which a run of an early version is treated as abandoned if it has not written a heartbeat.</summary>
    private static readonly TimeSpan s_defaultHeartbeatTimeout = TimeSpan.FromHours(1);
    private readonly IArtifactStore _store = store;
    private readonly TimeProvider _timeProvider = timeProvider;
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public override string Kind => "runs";

    /// <summary>Opens the log of a run. The caller disposes the log.</summary>
    public RecordLog<RunEvent, RunState> OpenLog(string experiment, string runId) => OpenLog(TrackingPaths.Run(experiment, runId));

    /// <inheritdoc/>
    public override bool Owns(ArtifactPath folder) => folder.IsBelow(TrackingPaths.Experiments) && folder.ToString().Split('/') is [_, _, "runs", _];

    /// <summary>Lists the identifiers of the runs of an experiment, including deleted runs.</summary>
    public IAsyncEnumerable<string> ListIdsAsync(string experiment, CancellationToken cancellationToken) =>
        RecordFolders.ListNamesAsync(_store, TrackingPaths.Runs(experiment), cancellationToken).Where(TrackingPaths.IsRunId);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(ArtifactPath folder, bool isParentDeleted, string reason, CancellationToken cancellationToken) => TryAsync(
        folder,
        state => isParentDeleted || state.IsDeleted,
        () => PurgeAsync(
            folder,
            new RunEvent { Kind = RunEventKind.Purged, Reason = reason },
            DefaultActor,
            state => ThrowIf(!isParentDeleted && !state.IsDeleted),
            cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RetireAsync(ArtifactPath folder, string reason, CancellationToken cancellationToken) => TryAsync(
        folder,
        static state => !state.IsDeleted,
        async () =>
        {
            using var log = OpenLog(folder);
            await ChangeAsync(
                log,
                state =>
                {
                    ThrowIf(state.IsDeleted || state.Status == RunStatus.Running);
                    return new RunEvent { Kind = RunEventKind.Changed, IsDeleted = true, Reason = reason };
                },
                DefaultActor,
                cancellationToken).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Purges a run: releases its artifacts for garbage collection, and deletes its metrics. The log remains.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="purged">The event.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="check">Throws an exception to reject the operation. It is called again if the state changes.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the event is recorded.</param>
    /// <returns>The state after the event.</returns>
    public async Task<RunState> PurgeAsync(ArtifactPath folder, RunEvent purged, string actor, Action<RunState> check, CancellationToken cancellationToken)
    {
        using var log = OpenLog(folder);
        var after = await ChangeAsync(
            log,
            state =>
            {
                check(state);
                return purged;
            },
            actor,
            cancellationToken).ConfigureAwait(false);
        await DeleteMetricsAsync(folder, cancellationToken).ConfigureAwait(false);
        return after.State;
    }

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

    /// <inheritdoc/>
    protected override bool IsDeleted(RunState state) => state is { IsDeleted: true, IsPurged: false };

    /// <inheritdoc/>
    protected override bool? GetDeletion(RunEvent recordEvent) => recordEvent.IsDeleted;

    /// <inheritdoc/>
    protected override RecordAge? GetAge(ArtifactPath folder, RunState state) => state.IsDeleted || state.Status == RunStatus.Running
        ? null
        : new RecordAge(state.Ended ?? state.Started, ExperimentOf(folder));

    private static string ExperimentOf(ArtifactPath folder) => folder.ToString().Split('/')[1];

    /// <summary>Rejects an event that was created from an outdated state.</summary>
    private static void ThrowIf(bool isRefused)
    {
        if (isRefused)
        {
            throw new RefusedException();
        }
    }

    /// <summary>Changes a run, unless its current state forbids the change or a process is recording the run.</summary>
    private async Task<bool> TryAsync(ArtifactPath folder, Func<RunState, bool> admits, Func<Task> change, CancellationToken cancellationToken)
    {
        using var log = OpenLog(folder);
        var state = (await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
        if (state.IsPurged || !admits(state) || await IsAliveAsync(folder, state, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            await change().ConfigureAwait(false);
            return true;
        }
        catch (RefusedException)
        {
            return false; // the run was restored or deleted at the same time
        }
    }

    private async Task<bool> IsAliveAsync(ArtifactPath folder, RunState state, CancellationToken cancellationToken)
    {
        if (state.Status != RunStatus.Running)
        {
            return false;
        }

        var summary = await SummariesOf(folder).FindAsync(folder.Name, cancellationToken).ConfigureAwait(false);
        return RunSummary.GetCurrentState(state, summary, s_defaultHeartbeatTimeout, _timeProvider.GetUtcNow()).Status == RunStatus.Running;
    }

    private RunSummaries SummariesOf(ArtifactPath folder) => new(_store, ExperimentOf(folder), _logger);

    private Task<LogSnapshot<RunState>> ChangeAsync(
        RecordLog<RunEvent, RunState> log, Func<RunState, RunEvent> decide, string actor, CancellationToken cancellationToken) =>
        SummariesOf(log.Folder).ChangeAsync(log.Name, () => log.AppendAsync(decide, actor, cancellationToken), _timeProvider, cancellationToken);

    /// <summary>Deletes the metric segments of a run. Other artifacts in the folder are kept.</summary>
    private async Task DeleteMetricsAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        var metrics = folder.Append("metrics");
        var segments = _store.ListAsync(metrics, cancellationToken: cancellationToken).Where(static entry => RunSegments.IsSegment(entry.Path));
        await Parallel.ForEachAsync(segments, ContentStore.InParallel(cancellationToken), async (entry, token) =>
            await _store.DeleteAsync(entry.Path, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Sha256Digest>> ReadDiffAsync(Sha256Digest environment, CancellationToken cancellationToken) =>
        (await RunEnvironmentReader.ReadAsync(content, environment, cancellationToken).ConfigureAwait(false)).Git?.Diff is { } diff ? [diff] : [];

    /// <summary>The current state does not allow an event.</summary>
    private sealed class RefusedException : Exception;
}
