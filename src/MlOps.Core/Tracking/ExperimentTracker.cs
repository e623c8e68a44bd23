using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Keeps runs as logs of facts in an artifact store, and what searches need of them beside.</summary>
internal sealed class ExperimentTracker(RunServices services, ExperimentStore experiments, EnvironmentCapture environment) : IExperimentTracker, IDisposable
{
    private readonly ConcurrentDictionary<string, RunIndex> _indexes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _experimentOf = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IRun> StartRunAsync(string experiment, RunStart start, CancellationToken cancellationToken = default)
    {
        TrackingRules.Validate(start);
        await experiments.RequireAsync(experiment, cancellationToken).ConfigureAwait(false);
        var now = services.TimeProvider.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        var (digest, commit) = await StoreEnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var started = new RunEvent
        {
            Kind = RunEventKind.Started,
            Name = start.Name ?? FormattableString.Invariant($"{now:yyyyMMdd-HHmm}-{id[^6..]}"),
            ParentId = start.ParentId,
            Seed = start.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue),
            GitCommit = commit,
            Environment = digest,
            Holder = CreateHolder(),
            Parameters = start.Parameters.Count == 0 ? null : start.Parameters,
            Tags = start.Tags.Count == 0 ? null : start.Tags.ToDictionary(static tag => tag.Key, static tag => (string?)tag.Value),
            Datasets = start.Datasets.Count == 0 ? null : start.Datasets,
            Note = start.Note,
        };
        var log = new RunLog(services, experiment, id);
        var snapshot = await log.AppendAsync(started, start.Actor ?? services.Runs.DefaultActor, static _ => { }, cancellationToken).ConfigureAwait(false);
        _experimentOf[id] = experiment;
        return await ActiveRun.BeginAsync(services, this, log, snapshot, summarized: null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IRun> ResumeRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);
        var before = await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        var summary = await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false);
        var seen = See(before.State, summary);
        if (seen.Status == RunStatus.Running)
        {
            throw new RunInUseException(runId, before.State.Holder!);
        }

        var resumed = new RunEvent { Kind = RunEventKind.Resumed, Holder = CreateHolder() };
        var after = await log.AppendAsync(
            resumed,
            before.State.Actor,
            state =>
            {
                if (state.Holder != before.State.Holder)
                {
                    throw new RunInUseException(runId, state.Holder ?? "another process, which has ended it meanwhile");
                }
            },
            cancellationToken).ConfigureAwait(false);
        return await ActiveRun.BeginAsync(
            services, this, log, after with { State = after.State.WithMetricsOf(seen) }, summary?.Sequence ?? 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        using var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false);
        return log is not null && await ReadAsync(log, cancellationToken).ConfigureAwait(false) is { IsPurged: false } state
            ? new Run(log.Experiment, runId, state)
            : null;
    }

    /// <inheritdoc/>
    public async Task<RunContents> OpenRunAsync(Run run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var log = await OpenLogAsync(run.Id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(run.Id);
        var state = await ReadAsync(log, cancellationToken).ConfigureAwait(false);
        var environment = state.IsPurged ? throw new RunNotFoundException(run.Id) : state.Environment!.Value;
        var surroundings = await RunSurroundings.ReadAsync(services.Content, environment, cancellationToken).ConfigureAwait(false);
        var segments = new MetricSegments(services.Store, TrackingPaths.Metrics(log.Experiment, run.Id));
        return new RunContents(new Run(log.Experiment, run.Id, state), [.. state.Files.Values], surroundings, segments, services.Content);
    }

    /// <inheritdoc/>
    public async Task<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default)
    {
        var changed = EventOf(change);
        using var log = await OpenLogAsync(runId, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(runId);
        if (change.IsPurged)
        {
            return await PurgeAsync(log, changed, change.Actor ?? services.Runs.DefaultActor, cancellationToken).ConfigureAwait(false);
        }

        var after = await log.AppendAsync(changed, change.Actor ?? services.Runs.DefaultActor, static _ => { }, cancellationToken).ConfigureAwait(false);
        var summary = await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false);
        if (after.State.Status == RunStatus.Running && summary is not null)
        {
            after = after with { State = after.State.WithMetricsOf(summary.State) };
        }

        var isRunning = after.State.Status == RunStatus.Running;
        await log.WriteSummaryAsync(after, isRunning ? summary?.AliveUntil : null, replaced: null, isRunning ? summary?.Time : null, cancellationToken).ConfigureAwait(false);
        return new Run(log.Experiment, runId, See(after.State, summary));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunEvent> ReadHistoryAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
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

    public void Dispose()
    {
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }
    }

    /// <summary>Converts a change to its event.</summary>
    /// <exception cref="ArgumentException">The change is not valid.</exception>
    internal static RunEvent EventOf(RunChange change)
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

    /// <summary>Indexes the finished runs of an experiment if that is due. One run in sixteen asks, whichever end first, so that the others do not wait.</summary>
    internal async Task IndexAsync(string experiment, string runId, CancellationToken cancellationToken)
    {
        if (runId[^1] == '0')
        {
            await IndexOf(experiment).MaintainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Run> PurgeAsync(RunLog log, RunEvent purged, string actor, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(log, cancellationToken).ConfigureAwait(false);
        if (before is { Status: RunStatus.Running, IsPurged: false })
        {
            throw new RunInUseException(log.RunId, before.Holder!);
        }

        var state = await services.Runs.PurgeAsync(
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
                        $"The run '{log.RunId}' is not deleted, so it cannot be deleted for good. Delete it first with DeleteRunAsync, which can be undone.");
                }
            },
            cancellationToken).ConfigureAwait(false);
        return new Run(log.Experiment, log.RunId, See(state, summary: null));
    }

    private RunSearch Search => new(experiments, services.Runs, IndexOf, services.Logger);

    private static string CreateHolder() => $"process {Environment.ProcessId} on {Environment.MachineName} ({Guid.NewGuid():N})";

    private RunIndex IndexOf(string experiment) =>
        _indexes.GetOrAdd(experiment, name => new RunIndex(services.Store, name, (runId, token) => FindEndAsync(name, runId, token), services.TimeProvider, services.Logger));

    private async Task<RunSummary?> FindEndAsync(string experiment, string runId, CancellationToken cancellationToken)
    {
        using var log = new RunLog(services, experiment, runId);
        return await log.FindEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunState> ReadAsync(RunLog log, CancellationToken cancellationToken)
    {
        var state = (await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)).State;
        return state.Status == RunStatus.Running ? See(state, await log.FindSummaryAsync(cancellationToken).ConfigureAwait(false)) : state;
    }

    private RunState See(RunState state, RunSummary? summary) =>
        RunSummary.See(state, summary, ActiveRun.MissedHeartbeats * services.Options.HeartbeatInterval, services.TimeProvider.GetUtcNow());

    /// <summary>Opens the log of a run, in whichever experiment it is.</summary>
    private async Task<RunLog?> OpenLogAsync(string runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runId);
        if (!TrackingPaths.IsRunId(runId))
        {
            return null;
        }

        if (!_experimentOf.TryGetValue(runId, out var experiment))
        {
            await foreach (var name in RecordFolders.ListNamesAsync(services.Store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
            {
                if (await services.Store.FindAsync(EventPath.Of(TrackingPaths.Run(name, runId), 1), cancellationToken).ConfigureAwait(false) is not null)
                {
                    _experimentOf[runId] = experiment = name;
                    break;
                }
            }
        }

        return experiment is null ? null : new RunLog(services, experiment, runId);
    }

    private async Task<(Sha256Digest Digest, string? Commit)> StoreEnvironmentAsync(CancellationToken cancellationToken)
    {
        var captured = await environment.CaptureAsync(cancellationToken).ConfigureAwait(false);
        var write = await services.Content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        if (captured.Diff is { } diff)
        {
            await write.AddBytesAsync(diff, "text/x-diff", cancellationToken).ConfigureAwait(false);
        }

        var document = new EnvironmentDocument { Environment = captured.Environment };
        var digest = await write.AddDocumentAsync(document, EnvironmentJson.Default.EnvironmentDocument, cancellationToken).ConfigureAwait(false);
        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return (digest, captured.Environment.Git?.Commit);
    }
}
