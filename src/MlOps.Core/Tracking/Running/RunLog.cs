using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The event log of one run, and the summary that searches read.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly RecordLog<RunEvent, RunState> _log;
    private readonly RunSummaries _summaries;
    private readonly TimeProvider _timeProvider;

    public RunLog(TrackingContext context, string experiment, string runId)
    {
        Experiment = experiment;
        RunId = runId;
        _log = context.Runs.OpenLog(experiment, runId);
        _summaries = new RunSummaries(context.Store, experiment, context.Logger);
        _timeProvider = context.TimeProvider;
    }

    public string Experiment { get; }

    public string RunId { get; }

    /// <summary>Reads new events and returns the current state.</summary>
    public Task<LogSnapshot<RunState>> CatchUpAsync(CancellationToken cancellationToken) => _log.CatchUpAsync(cancellationToken);

    /// <inheritdoc cref="RecordLog{TEvent, TState}.CreateAsync"/>
    public Task<LogSnapshot<RunState>> CreateAsync(RunEvent started, string actor, CancellationToken cancellationToken) =>
        _log.CreateAsync(started, actor, cancellationToken);

    /// <summary>Appends an event to the log of a run that this process owns or has marked as changing.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="actor">The actor of the event.</param>
    /// <param name="check">Throws an exception if the event cannot be recorded in the given state.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the event is recorded.</param>
    public Task<LogSnapshot<RunState>> AppendAsync(
        RunEvent recorded, string actor, Action<RunState> check, CancellationToken cancellationToken) => _log.AppendAsync(
        before =>
        {
            ThrowIfPurged(before);
            if (!before.Exists)
            {
                throw new RunNotFoundException(RunId);
            }

            check(before);
            TrackingRules.ThrowIfDifferent(before.Parameters, recorded.Parameters);
            return recorded;
        },
        actor,
        cancellationToken);

    /// <summary>Appends an event to the log of a run that this process does not own.</summary>
    /// <inheritdoc cref="AppendAsync"/>
    public Task<LogSnapshot<RunState>> ChangeAsync(RunEvent recorded, string actor, Action<RunState> check, CancellationToken cancellationToken) =>
        _summaries.ChangeAsync(RunId, () => AppendAsync(recorded, actor, check, cancellationToken), _timeProvider, cancellationToken);

    /// <summary>Ends a run whose lease has expired, unless the log shows that the owner has changed.</summary>
    /// <param name="leaseOwner">The owner whose lease has expired.</param>
    /// <param name="endState">The state with which the run ends.</param>
    /// <param name="actor">The actor of the event.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The state of the log after the operation.</returns>
    public async Task<LogSnapshot<RunState>> TryEndExpiredAsync(string leaseOwner, RunState endState, string actor, CancellationToken cancellationToken)
    {
        var end = new RunEvent
        {
            Kind = RunEventKind.Ended,
            Status = endState.Status,
            Failure = endState.Failure,
            Ended = endState.Ended,
            LeaseOwner = leaseOwner,
            Metrics = endState.Metrics,
            MetricSummaries = endState.MetricSummaries,
        };
        try
        {
            return await AppendAsync(
                end,
                actor,
                state =>
                {
                    if (state.LeaseOwner != leaseOwner)
                    {
                        throw new RunInUseException(RunId, state.LeaseOwner ?? "another process");
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (RunInUseException)
        {
            return await CatchUpAsync(cancellationToken).ConfigureAwait(false); // the run was resumed or ended by another process
        }
    }

    /// <inheritdoc cref="RecordLog{TEvent, TState}.ReadHistoryAsync(CancellationToken)"/>
    public IAsyncEnumerable<RunEvent> ReadHistoryAsync(CancellationToken cancellationToken) => _log.ReadHistoryAsync(cancellationToken);

    /// <summary>Reads the newest summary.</summary>
    public Task<RunSummary?> FindSummaryAsync(CancellationToken cancellationToken) => _summaries.FindAsync(RunId, cancellationToken);

    /// <inheritdoc cref="RunSummaries.AddMarkerAsync"/>
    public Task<ArtifactPath> AddMarkerAsync(CancellationToken cancellationToken) => _summaries.AddMarkerAsync(RunId, cancellationToken);

    /// <summary>Deletes a change marker.</summary>
    public Task DeleteAsync(ArtifactPath marker, CancellationToken cancellationToken) => _summaries.DeleteAsync([marker], cancellationToken);

    /// <summary>Writes the summary of a state.</summary>
    /// <param name="snapshot">The state.</param>
    /// <param name="aliveUntil">The time until which the run is considered alive.</param>
    /// <param name="replaced">The sequence number of the previous summary.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    public Task WriteSummaryAsync(LogSnapshot<RunState> snapshot, DateTimeOffset? aliveUntil, long? replaced, CancellationToken cancellationToken) =>
        _summaries.WriteAsync(RunSummary.Of(RunId, snapshot.Sequence, snapshot.State, _timeProvider.GetUtcNow(), aliveUntil), replaced, cancellationToken);

    public void Dispose() => _log.Dispose();

    private void ThrowIfPurged(RunState state)
    {
        if (state.IsPurged)
        {
            throw new InvalidOperationException($"The run '{RunId}' was purged, so its artifacts and metrics no longer exist. Start a new run.");
        }
    }
}
