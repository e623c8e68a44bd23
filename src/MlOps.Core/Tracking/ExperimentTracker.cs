using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Stores runs as event logs in an artifact store, and maintains the indexes that searches use.</summary>
internal sealed class ExperimentTracker(TrackingContext context, ExperimentStore experiments, EnvironmentCapture environment)
    : IExperimentTracker, IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<string, RunIndex> _indexes = new(StringComparer.Ordinal);
    private readonly EnvironmentWriter _environment = new(context.Content, environment);

    /// <inheritdoc/>
    public async Task<IRun> StartRunAsync(string experiment, RunStart start, CancellationToken cancellationToken = default)
    {
        TrackingRules.Validate(start);
        await experiments.EnsureActiveAsync(experiment, cancellationToken).ConfigureAwait(false);
        var now = context.TimeProvider.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var (digest, commit) = await _environment.StoreAsync(cancellationToken).ConfigureAwait(false);
        var started = new RunEvent
        {
            Kind = RunEventKind.Started,
            Name = start.Name ?? FormattableString.Invariant($"{now:yyyyMMdd-HHmm}-{id[^6..]}"),
            ParentId = start.ParentId,
            Seed = start.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            GitCommit = commit,
            Environment = digest,
            LeaseOwner = start.IsShared ? null : CreateLeaseOwner(),
            HeartbeatTimeout = start.IsShared ? null : context.HeartbeatTimeout,
            IsShared = start.IsShared ? true : null,
            Parameters = start.Parameters.Count == 0 ? null : start.Parameters,
            Tags = start.Tags.Count == 0 ? null : start.Tags.ToDictionary(static tag => tag.Key, static tag => (string?)tag.Value),
            Datasets = start.Datasets.Count == 0 ? null : start.Datasets,
            Note = start.Note,
        };
        await context.Locator.WriteAsync(id, experiment, cancellationToken).ConfigureAwait(false);
        var log = new RunLog(context, experiment, id);
        var marker = await log.AddMarkerAsync(cancellationToken).ConfigureAwait(false);
        var snapshot = await log.CreateAsync(started, start.Actor ?? context.Runs.DefaultActor, cancellationToken).ConfigureAwait(false);
        if (start.IsShared)
        {
            await log.WriteSummaryAsync(snapshot, aliveUntil: null, replaced: snapshot.Sequence, cancellationToken).ConfigureAwait(false);
            await log.DeleteAsync(marker, cancellationToken).ConfigureAwait(false);
        }

        return ActiveRun.Start(context, this, log, snapshot, start.IsShared ? null : marker);
    }

    /// <inheritdoc/>
    public async Task<IRun> ResumeRunAsync(string runId, long? lastStep = null, CancellationToken cancellationToken = default)
    {
        var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);
        var before = await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (before.State.IsShared && lastStep is not null)
        {
            throw new ArgumentException(
                $"The run '{runId}' is shared, so other processes can append to it and its steps cannot be discarded. Omit the last step.", nameof(lastStep));
        }

        if (before.State is { IsShared: true, Status: RunStatus.Running })
        {
            var joined = new RunResumption(before, Marker: null, SummarySequence: 0, HasCrashed: false);
            return await ActiveRun.ResumeAsync(context, this, log, joined, lastStep: null, cancellationToken).ConfigureAwait(false);
        }

        var summary = await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false);
        var current = GetCurrentState(before.State, summary);
        if (current.Status == RunStatus.Running)
        {
            throw new RunInUseException(runId, before.State.LeaseOwner!);
        }

        var isShared = before.State.IsShared;
        var resumed = new RunEvent
        {
            Kind = RunEventKind.Resumed,
            LeaseOwner = isShared ? null : CreateLeaseOwner(),
            HeartbeatTimeout = isShared ? null : context.HeartbeatTimeout,
        };
        var marker = await log.AddMarkerAsync(cancellationToken).ConfigureAwait(false);
        var after = await log.AppendAsync(
            resumed,
            before.State.Actor,
            state =>
            {
                if (state.LeaseOwner != before.State.LeaseOwner || state.ActiveSince != before.State.ActiveSince)
                {
                    throw new RunInUseException(runId, state.LeaseOwner ?? "another process, which ended it at the same time");
                }
            },
            cancellationToken).ConfigureAwait(false);
        var hasCrashed = before.State.Status == RunStatus.Running || before.State.ExpiredLeaseOwner is not null;
        var resumption = new RunResumption(after with { State = after.State.WithMetricsOf(current) }, marker, summary?.Sequence ?? 0, hasCrashed);
        return await ActiveRun.ResumeAsync(context, this, log, resumption, lastStep, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        using var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false);
        return log is not null && await ReadAsync(log, cancellationToken).ConfigureAwait(false) is { IsPurged: false, Exists: true } state
            ? new Run(log.Experiment, runId, state)
            : null;
    }

    /// <inheritdoc/>
    public async Task<RunContents> OpenRunAsync(Run run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var log = new RunLog(context, run.Experiment, run.Id);
        var state = await ReadAsync(log, cancellationToken).ConfigureAwait(false);
        var environment = state.IsPurged || !state.Exists ? throw new RunNotFoundException(run.Id) : state.Environment!.Value;
        var runEnvironment = await RunEnvironmentReader.ReadAsync(context.Content, environment, cancellationToken).ConfigureAwait(false);
        return new RunContents(new Run(log.Experiment, run.Id, state), state, runEnvironment, context.Store, context.Content);
    }

    /// <inheritdoc/>
    public async Task<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default)
    {
        var changed = CreateEvent(change);
        using var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);
        if (change.IsPurged)
        {
            return await PurgeAsync(log, changed, change.Actor ?? context.Runs.DefaultActor, cancellationToken).ConfigureAwait(false);
        }

        var after = await log.ChangeAsync(changed, change.Actor ?? context.Runs.DefaultActor, static _ => { }, cancellationToken).ConfigureAwait(false);
        var summary = after.State.Status == RunStatus.Running ? await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false) : null;
        return new Run(log.Experiment, runId, GetCurrentState(after.State, summary));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false);
        if (log is not null)
        {
            await foreach (var entry in log.ReadHistoryAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Run> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default) => Search.SearchAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<RunPage> SearchRunsPageAsync(RunQuery query, CancellationToken cancellationToken = default) => Search.FindPageAsync(query, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await context.ActiveRuns.InterruptAsync().ConfigureAwait(false);
        DisposeIndexes();
    }

    /// <summary>Performs the same work as <see cref="DisposeAsync"/>, for containers that are disposed synchronously.</summary>
    public void Dispose()
    {
        context.ActiveRuns.Interrupt();
        DisposeIndexes();
    }

    /// <summary>Converts a change to its event.</summary>
    /// <exception cref="ArgumentException">The change is invalid.</exception>
    internal static RunEvent CreateEvent(RunChange change)
    {
        TrackingRules.Validate(change);
        return new RunEvent
        {
            Kind = change.IsPurged ? RunEventKind.Purged : RunEventKind.Changed,
            Name = change.Name,
            Parameters = change.Parameters.Count == 0 ? null : change.Parameters,
            Tags = change.Tags.Count == 0 ? null : change.Tags,
            Datasets = change.Datasets.Count == 0 ? null : change.Datasets,
            Note = change.Note,
            IsDeleted = change.IsDeleted,
            Reason = change.Reason,
        };
    }

    /// <summary>Indexes the finished runs of an experiment if necessary. Only the runs whose identifier ends in 0, about one in sixteen,
    /// perform this work, so that the other runs end without a delay.</summary>
    internal async Task MaintainIndexAsync(string experiment, string runId, CancellationToken cancellationToken)
    {
        if (runId[^1] == '0')
        {
            await GetIndex(experiment).MaintainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void DisposeIndexes()
    {
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }
    }

    private async Task<Run> PurgeAsync(RunLog log, RunEvent purged, string actor, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(log, cancellationToken).ConfigureAwait(false);
        if (before is { Status: RunStatus.Running, IsPurged: false })
        {
            throw new RunInUseException(log.RunId, before.LeaseOwner ?? "one or more processes, because it is shared");
        }

        var state = await context.Runs.PurgeAsync(
            TrackingPaths.Run(log.Experiment, log.RunId),
            purged,
            actor,
            state =>
            {
                if (state.IsPurged)
                {
                    throw new RunNotFoundException(log.RunId);
                }

                if (!state.IsDeleted)
                {
                    throw new InvalidOperationException(
                        $"The run '{log.RunId}' is not deleted, so it cannot be purged. Call DeleteRunAsync first.");
                }
            },
            cancellationToken).ConfigureAwait(false);
        return new Run(log.Experiment, log.RunId, GetCurrentState(state, summary: null));
    }

    private RunSearch Search => new(experiments, context.Runs, GetIndex, context.Logger);

    private static string CreateLeaseOwner() => $"process {Environment.ProcessId} on {Environment.MachineName} ({Guid.NewGuid():N})";

    private RunIndex GetIndex(string experiment) =>
        _indexes.GetOrAdd(experiment, static (name, context) => new RunIndex(context, name), context);

    private async Task<RunState> ReadAsync(RunLog log, CancellationToken cancellationToken)
    {
        var state = (await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
        return state.Status == RunStatus.Running ? GetCurrentState(state, await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false)) : state;
    }

    private RunState GetCurrentState(RunState state, RunSummary? summary) =>
        RunSummary.GetCurrentState(state, summary, context.HeartbeatTimeout, context.TimeProvider.GetUtcNow());

    /// <summary>Finds the experiment of a run and opens the log of the run.</summary>
    private async Task<RunLog?> OpenLogAsync(string runId, CancellationToken cancellationToken) =>
        await context.Locator.FindAsync(runId, cancellationToken).ConfigureAwait(false) is { } experiment ? new RunLog(context, experiment, runId) : null;
}
