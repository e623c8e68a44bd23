using MlOps.Events;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>The record of one run: its log, and the summary that searches see.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly RecordLog<RunEvent, RunState> _log;
    private readonly RunSummaries _summaries;
    private readonly TimeProvider _timeProvider;

    public RunLog(RunServices services, string experiment, string runId)
    {
        Experiment = experiment;
        RunId = runId;
        _log = services.Runs.OpenLog(experiment, runId);
        _summaries = new RunSummaries(services.Store, experiment, services.Logger);
        _timeProvider = services.TimeProvider;
    }

    public string Experiment { get; }

    public string RunId { get; }

    /// <summary>Reads what is new.</summary>
    public Task<LogSnapshot<RunState>> CatchUpAsync(CancellationToken cancellationToken) => _log.CatchUpAsync(cancellationToken);

    /// <summary>Records a fact.</summary>
    /// <param name="recorded">The fact.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="check">Throws if the fact cannot be recorded on a state.</param>
    /// <param name="cancellationToken">Cancels the call before it is recorded.</param>
    public async Task<LogSnapshot<RunState>> AppendAsync(RunEvent recorded, string actor, Action<RunState> check, CancellationToken cancellationToken)
    {
        return await _log.AppendAsync(
            before =>
            {
                ThrowIfPurged(before);
                check(before);
                TrackingRules.ThrowIfOther(before.Parameters, recorded.Parameters);
                return recorded;
            },
            actor,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RecordLog{TEvent, TState}.ReadHistoryAsync"/>
    public IAsyncEnumerable<RunEvent> ReadHistoryAsync(CancellationToken cancellationToken) => _log.ReadHistoryAsync(cancellationToken);

    /// <summary>Reads the newest summary.</summary>
    public Task<RunSummary?> FindSummaryAsync(CancellationToken cancellationToken) => _summaries.FindAsync(RunId, cancellationToken);

    /// <summary>Makes the summary of the run's end, which nobody may have written.</summary>
    /// <returns>The summary, or <see langword="null"/> if the run has not ended.</returns>
    public async Task<RunSummary?> FindEndAsync(CancellationToken cancellationToken)
    {
        var snapshot = await CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return snapshot.Sequence > 0 && snapshot.State.Status != RunStatus.Running
            ? RunSummary.Of(RunId, snapshot.Sequence, snapshot.State, _timeProvider.GetUtcNow(), aliveUntil: null)
            : null;
    }

    /// <summary>Writes the summary of a state.</summary>
    /// <param name="snapshot">The state.</param>
    /// <param name="aliveUntil">Up to when the run is believed to be alive.</param>
    /// <param name="replaced">The event that the last known summary has.</param>
    /// <param name="heard">When the run was heard of; <see langword="null"/> for now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task WriteSummaryAsync(
        LogSnapshot<RunState> snapshot, DateTimeOffset? aliveUntil, long? replaced, DateTimeOffset? heard, CancellationToken cancellationToken) => _summaries.WriteAsync(
            RunSummary.Of(RunId, snapshot.Sequence, snapshot.State, heard ?? _timeProvider.GetUtcNow(), aliveUntil), replaced, cancellationToken);

    public void Dispose() => _log.Dispose();

    private void ThrowIfPurged(RunState state)
    {
        if (state.IsPurged)
        {
            throw new InvalidOperationException($"The run '{RunId}' was deleted for good: its artifacts and metrics are gone. Start another run.");
        }
    }
}
