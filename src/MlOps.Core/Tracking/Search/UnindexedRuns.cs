using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The runs of an experiment that are not yet in an index table, with their most recent known states.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed partial class UnindexedRuns(TrackingContext context, string experiment) : IDisposable
{
    /// <summary>The time after the expiry of its lease after which a run is ended, and the age after which a change marker is
    /// deleted.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromHours(1);

    /// <summary>The maximum difference between the clocks of machines.</summary>
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(1);
    private readonly RunSummaries _summaries = new(context.Store, experiment, context.Logger);
    private readonly ILogger _logger = context.Logger;
    private readonly Dictionary<string, UnindexedRun> _runs = new(StringComparer.Ordinal);
    private RunTable _table = RunTable.Empty;
    private DateTimeOffset _tableUntil = DateTimeOffset.MinValue;
    private bool _isTableStale = true;

    /// <summary>Lists the summaries and change markers.</summary>
    public async Task ListAsync(CancellationToken cancellationToken)
    {
        var listed = new Dictionary<string, List<RunSummaryEntry>>(StringComparer.Ordinal);
        await foreach (var entry in _summaries.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!listed.TryGetValue(entry.Id, out var entries))
            {
                listed.Add(entry.Id, entries = []);
            }

            entries.Add(entry);
        }

        foreach (var missing in _runs.Keys.Where(id => !listed.ContainsKey(id)).ToList())
        {
            _runs.Remove(missing, out var run);
            run!.Log?.Dispose();
            _isTableStale = true;
        }

        foreach (var (id, entries) in listed)
        {
            if (!_runs.TryGetValue(id, out var run))
            {
                _runs.Add(id, run = new UnindexedRun(id));
            }

            run.Update(entries);
        }
    }

    /// <summary>Reads new summaries, and the logs of runs whose summaries may be outdated.</summary>
    /// <returns><see langword="false"/> if a summary was deleted after it was listed.</returns>
    public async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        var isComplete = true;
        await Parallel.ForEachAsync(_runs.Values, ContentStore.InParallel(cancellationToken), async (run, token) =>
        {
            if (run.NewestEntry is { } newest && (run.ReadEntry?.Path != newest.Path || run.ReadEntry.ETag != newest.ETag))
            {
                var (summary, isGone) = await _summaries.ReadAsync(newest.Path, token).ConfigureAwait(false);
                if (isGone)
                {
                    isComplete = false;
                    return;
                }

                (run.ReadEntry, run.Summary, run.IsLogChecked) = (newest, summary, false);
                _isTableStale = true;
            }

            if (IsLogCheckDue(run))
            {
                await TryCheckLogAsync(run, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return isComplete;
    }

    /// <summary>Gets a table of the current states of the runs.</summary>
    public RunTable ToTable()
    {
        var now = context.TimeProvider.GetUtcNow();
        if (_isTableStale || _tableUntil < now)
        {
            _tableUntil = DateTimeOffset.MaxValue;
            _table = new RunTable(RunTableBuilder.Build(_runs.Values.Select(run => ToRow(run, now)).OfType<RunSummary>()));
            _isTableStale = false;
        }

        return _table;
    }

    /// <summary>Counts the runs that can be moved to an index table.</summary>
    public int CountIndexable()
    {
        var now = context.TimeProvider.GetUtcNow();
        return _runs.Values.Count(run => IsIndexable(run) || IsAbandoned(run, now));
    }

    /// <summary>Gets the runs that can be moved to an index table, and the paths to delete afterwards. Abandoned runs are ended
    /// first.</summary>
    public async Task<(IReadOnlyList<RunSummary> Summaries, IReadOnlyList<ArtifactPath> Paths)> TakeIndexableAsync(CancellationToken cancellationToken)
    {
        var now = context.TimeProvider.GetUtcNow();
        await Parallel.ForEachAsync(_runs.Values.Where(run => IsAbandoned(run, now)), ContentStore.InParallel(cancellationToken), async (run, token) =>
            await EndAbandonedAsync(run, now, token).ConfigureAwait(false)).ConfigureAwait(false);
        var taken = _runs.Values.Where(run => run.State is null ? IsAbandoned(run, now) : IsIndexable(run)).ToList();
        return (
            [.. taken.Select(run => ToRow(run, now)).OfType<RunSummary>()],
            [.. taken.SelectMany(static run => run.Entries).Select(static entry => entry.Path)]);
    }

    /// <inheritdoc cref="RunSummaries.DeleteAsync"/>
    public Task DeleteAsync(IEnumerable<ArtifactPath> paths, CancellationToken cancellationToken) => _summaries.DeleteAsync(paths, cancellationToken);

    public void Dispose()
    {
        foreach (var run in _runs.Values)
        {
            run.Log?.Dispose();
        }
    }

    private static bool IsOld(RunSummaryEntry entry, DateTimeOffset now) => entry.Written + s_abandoned < now;

    /// <summary>Determines whether a run can be moved to an index table: it has no change marker, and no process changes it without
    /// one.</summary>
    private static bool IsIndexable(UnindexedRun run) =>
        run.Markers.Count == 0 && run.State is { } state && (state.Status != RunStatus.Running || state.IsShared);

    /// <summary>Determines whether the process that recorded or changed a run no longer exists.</summary>
    private bool IsAbandoned(UnindexedRun run, DateTimeOffset now) => run.State is { } state
        ? run.Markers.All(marker => IsOld(marker, now)) && !IsIndexable(run)
            && (state.Status != RunStatus.Running || state.IsShared
                || RunSummary.GetAliveUntil(state, run.LastHeartbeat, context.HeartbeatTimeout) + s_abandoned < now)
        : !run.IsUnreadable && run.Entries.All(entry => IsOld(entry, now));

    private bool IsLogCheckDue(UnindexedRun run)
    {
        var now = context.TimeProvider.GetUtcNow();
        return (run.Markers.Count > 0 && (!run.IsLogChecked || run.Markers.Any(marker => !IsOld(marker, now))))
            || (run.NewestEntry is not null && run.Summary is null)
            || (run.Summary is { HasActiveOwner: true } summary && (!run.IsLogChecked || (summary.AliveUntil ?? summary.Time) + s_clockSkew >= now));
    }

    private async Task TryCheckLogAsync(UnindexedRun run, CancellationToken cancellationToken)
    {
        try
        {
            if (run.Log is null && run.Summary is { Sequence: > 0 } summary && await IsNewestAsync(summary, cancellationToken).ConfigureAwait(false))
            {
                run.IsLogChecked = true;
                return;
            }

            run.Log ??= new RunLog(context, experiment, run.Id);
            var before = run.LogState?.Sequence;
            run.LogState = await run.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            (run.IsLogChecked, run.IsUnreadable) = (true, false);
            if (run.LogState.Sequence != before)
            {
                _isTableStale = true; // several threads set the field, and none of them clears it
            }
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogUnreadableLog(run.Id, exception);
            (run.IsLogChecked, run.IsUnreadable) = (true, true);
        }
    }

    /// <summary>Determines with one listing whether the last event of a summary is the last event of the log.</summary>
    private async Task<bool> IsNewestAsync(RunSummary summary, CancellationToken cancellationToken)
    {
        var folder = TrackingPaths.Run(experiment, summary.Id);
        var entries = context.Store.ListAsync(folder.Append("log"), EventPath.Of(folder, summary.Sequence - 1), cancellationToken);
        var newest = await entries.Take(2).ToListAsync(cancellationToken).ConfigureAwait(false);
        return newest is [var only] && only.Path == EventPath.Of(folder, summary.Sequence);
    }

    /// <summary>Creates the row for the current state of a run; <see langword="null"/> if the run has not started.</summary>
    private RunSummary? ToRow(UnindexedRun run, DateTimeOffset now)
    {
        if (run.State is not { } state)
        {
            return null;
        }

        var current = RunSummary.GetCurrentState(state, run.Summary, context.HeartbeatTimeout, now);
        var until = RunSummary.GetAliveUntil(state, run.LastHeartbeat, context.HeartbeatTimeout);
        if (current is { Status: RunStatus.Running, IsShared: false } && until < _tableUntil)
        {
            _tableUntil = until;
        }

        var (sequence, artifacts) = run.LogState?.Sequence > (run.Summary?.Sequence ?? 0)
            ? (run.LogState.Sequence, (int?)null)
            : (run.Summary!.Sequence, run.Summary.ArtifactCount);
        return RunSummary.Of(run.Id, sequence, current, run.Summary?.Time ?? now, aliveUntil: null, artifacts);
    }

    /// <summary>Records the end of an abandoned run, and ignores its change markers.</summary>
    private async Task EndAbandonedAsync(UnindexedRun run, DateTimeOffset now, CancellationToken cancellationToken)
    {
        run.Log ??= new RunLog(context, experiment, run.Id);
        LogSnapshot<RunState> newest;
        try
        {
            newest = await run.Log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogUnreadableLog(run.Id, exception); // the other runs are still moved
            return;
        }

        if (newest.Sequence > 0
            && RunSummary.GetCurrentState(newest.State, run.Summary, context.HeartbeatTimeout, now) is { Status: RunStatus.Interrupted } current
            && newest.State is { Status: RunStatus.Running, LeaseOwner: { } leaseOwner })
        {
            newest = await run.Log.TryEndExpiredAsync(leaseOwner, current, context.Runs.DefaultActor, cancellationToken).ConfigureAwait(false);
        }

        run.LogState = newest;
        run.ClearMarkers();
        _isTableStale = true;
    }

    [LoggerMessage(465, LogLevel.Warning,
        "The log of run '{Run}' cannot be read. Searches use the last summary of the run. Verify the store and restore the log from a backup.")]
    private partial void LogUnreadableLog(string run, Exception exception);
}
