using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Records the events and heartbeats of a run that this process owns or shares.</summary>
/// <remarks>Thread-safe. Changes that are queued while another change is being recorded are combined in one event.</remarks>
internal sealed partial class RunWriter : IDisposable
{
    private readonly TrackingContext _context;
    private readonly ILogger _logger;
    private readonly RunLog _log;
    private readonly string? _leaseOwner;
    private readonly RunMetrics _metrics;
    private readonly SemaphoreSlim _semaphore = new(1);
    private readonly List<PendingChange> _pending = [];
    private volatile LogSnapshot<RunState> _snapshot;
    private ArtifactPath? _marker;
    private long _summarySequence;
    private DateTimeOffset _aliveUntil;
    private RunEvent? _end;
    private volatile bool _isClosed;
    private volatile bool _isLeaseLost;
    private bool _hasEnded;

    /// <param name="context">The components and settings that the runs of the store share.</param>
    /// <param name="log">The log of the run.</param>
    /// <param name="snapshot">The log after the event that made this process the owner.</param>
    /// <param name="marker">The change marker that was written before that event. It is deleted after the first summary.</param>
    /// <param name="summarySequence">The sequence number of the last summary; 0 if there is none.</param>
    /// <param name="metrics">The metrics of the run.</param>
    public RunWriter(TrackingContext context, RunLog log, LogSnapshot<RunState> snapshot, ArtifactPath? marker, long summarySequence, RunMetrics metrics)
    {
        _context = context;
        _logger = context.Logger;
        _log = log;
        _snapshot = snapshot;
        _leaseOwner = snapshot.State.LeaseOwner;
        _marker = marker;
        _summarySequence = summarySequence;
        _metrics = metrics;
        _aliveUntil = context.TimeProvider.GetUtcNow() + context.HeartbeatTimeout;
    }

    /// <summary>Gets the state, including the metrics up to the last flush.</summary>
    public RunState State => IsShared ? RunFold.AddMetrics(_snapshot.State, _metrics.Summaries) : _snapshot.State.WithMetrics(_metrics.Summaries);

    /// <summary>Gets a value indicating whether the run is shared.</summary>
    public bool IsShared => _snapshot.State.IsShared;

    /// <summary>Records a change.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="actor">The actor; <see langword="null"/> for the actor of the run.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the event is recorded.</param>
    public async Task RecordAsync(RunEvent recorded, string? actor, CancellationToken cancellationToken)
    {
        ThrowIfNotRunning(recorded);
        var change = new PendingChange(recorded, actor ?? _snapshot.State.Actor);
        lock (_pending)
        {
            _pending.Add(change);
        }

        try
        {
            await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_pending)
            {
                if (_pending.Remove(change))
                {
                    throw;
                }
            }

            await change.Recorded.ConfigureAwait(false); // another call is already recording the change
            return;
        }

        try
        {
            while (!change.Recorded.IsCompleted && DequeuePending() is { Count: > 0 } batch)
            {
                // The token of this caller must not cancel the changes of other callers.
                var token = batch is [var only] && only == change ? cancellationToken : CancellationToken.None;
                await RecordAsync(batch, token).ConfigureAwait(false);
            }
        }
        finally
        {
            _semaphore.Release();
        }

        await change.Recorded.ConfigureAwait(false);
    }

    /// <summary>Reads the events of other processes and writes a heartbeat.</summary>
    /// <param name="flush">Adds the recorded points to the summaries.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <exception cref="RunInUseException">Another process owns the run.</exception>
    public async Task WriteHeartbeatAsync(Func<CancellationToken, Task> flush, CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isClosed)
            {
                _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
                await ReacquireLeaseIfNeededAsync(cancellationToken).ConfigureAwait(false);
                ThrowIfLeaseLost(_snapshot.State);
                await flush(cancellationToken).ConfigureAwait(false);
                await SummarizeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Records the end of the run.</summary>
    /// <param name="deliver">A function that delivers the metrics.</param>
    /// <param name="createEnd">Creates the event after the delivery.</param>
    /// <param name="cancellationToken">A token that cancels the operation. The run can be ended again.</param>
    /// <returns><see langword="true"/> if this call ended the run.</returns>
    /// <exception cref="RunInUseException">Another process owns the run.</exception>
    public async Task<bool> EndAsync(Func<Task> deliver, Func<RunEvent> createEnd, CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hasEnded)
            {
                return false;
            }

            if (_isLeaseLost)
            {
                throw new RunInUseException(_log.RunId, "another process");
            }

            if (_isClosed && _snapshot.State.Status == RunStatus.Running)
            {
                throw new InvalidOperationException(
                    $"The run '{_log.RunId}' cannot be ended, because the process was stopped while the store was unavailable. "
                    + "The run is treated as interrupted. Resume the run with ResumeRunAsync.");
            }

            if (!_isClosed)
            {
                _snapshot = await FindOwnEndAsync(cancellationToken).ConfigureAwait(false)
                    ?? await AppendEndAsync(deliver, createEnd, cancellationToken).ConfigureAwait(false);
                _isClosed = true;
            }

            if (!IsShared)
            {
                await SummarizeAsync(cancellationToken).ConfigureAwait(false); // retried if the run is ended again
            }

            return _hasEnded = true;
        }
        catch (InvalidOperationException) when (IsShared && _isClosed)
        {
            _hasEnded = true; // another process ended the run
            return false;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Records the run as interrupted or failed, because the process is about to stop. If the process continues, the next
    /// heartbeat or change reacquires the lease.</summary>
    public async Task SuspendAsync(RunFailure? failure, CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isClosed && !IsShared)
            {
                var status = failure is null ? RunStatus.Interrupted : RunStatus.Failed;
                var endState = State with { Status = status, Failure = failure, Ended = _context.TimeProvider.GetUtcNow() };
                _snapshot = await _log.TryEndExpiredAsync(_leaseOwner!, endState, _snapshot.State.Actor, cancellationToken).ConfigureAwait(false);
                if (_snapshot.State.ExpiredLeaseOwner != _leaseOwner)
                {
                    ThrowIfLeaseLost(_snapshot.State);
                }

                await SummarizeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Stops recording.</summary>
    public void Close() => _isClosed = true;

    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public void ThrowIfEnded()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException(
                $"The run '{_log.RunId}' has ended, so no data can be recorded. Resume the run with ResumeRunAsync, or start a new run.");
        }
    }

    public void Dispose() => _log.Dispose();

    private List<PendingChange> DequeuePending()
    {
        lock (_pending)
        {
            var batch = _pending.Count == 0 ? [] : _pending[..PendingChange.CountCombinable(_pending)];
            _pending.RemoveRange(0, batch.Count);
            return batch;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The exception is passed to the callers of the changes.")]
    private async Task RecordAsync(List<PendingChange> batch, CancellationToken cancellationToken)
    {
        try
        {
            ThrowIfNotRunning(batch[0].Event);
            await ReacquireLeaseIfNeededAsync(cancellationToken).ConfigureAwait(false);
            _snapshot = await AppendAsync(PendingChange.Combine(batch), batch[0].Actor, cancellationToken).ConfigureAwait(false);
            batch.ForEach(static change => change.Complete());
        }
        catch (ArgumentException) when (batch.Count > 1)
        {
            foreach (var change in batch)
            {
                await RecordAsync([change], cancellationToken).ConfigureAwait(false); // finds the invalid change
            }
        }
        catch (Exception exception)
        {
            batch.ForEach(change => change.Fail(exception));
        }
    }

    private Task<LogSnapshot<RunState>> AppendAsync(RunEvent recorded, string actor, CancellationToken cancellationToken) => IsShared
        ? _log.ChangeAsync(recorded, actor, state => ThrowIfNotRunning(state, recorded), cancellationToken)
        : _log.AppendAsync(recorded, actor, ThrowIfLeaseLost, cancellationToken);

    /// <summary>Reacquires the lease if it has expired or a signal handler ended the run: searches may then ignore the log, and another
    /// process may have ended the run.</summary>
    private async Task ReacquireLeaseIfNeededAsync(CancellationToken cancellationToken)
    {
        var isExpired = _snapshot.State is { LeaseOwner: null, ExpiredLeaseOwner: { } expired } && expired == _leaseOwner;
        if (IsShared || (!isExpired && _context.TimeProvider.GetUtcNow() <= _aliveUntil))
        {
            return;
        }

        _marker ??= await _log.AddMarkerAsync(cancellationToken).ConfigureAwait(false);
        _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        if (_snapshot.State is { LeaseOwner: null, ExpiredLeaseOwner: { } owner } && owner == _leaseOwner)
        {
            var resumed = new RunEvent { Kind = RunEventKind.Resumed, LeaseOwner = _leaseOwner, HeartbeatTimeout = _context.HeartbeatTimeout };
            _snapshot = await _log.AppendAsync(
                resumed,
                _snapshot.State.Actor,
                state =>
                {
                    if (state.ExpiredLeaseOwner != _leaseOwner)
                    {
                        ThrowIfLeaseLost(state);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            LogLeaseReacquired(_log.RunId);
        }

        ThrowIfLeaseLost(_snapshot.State);
        await SummarizeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the end of the run that an earlier attempt recorded although it reported a failure.</summary>
    /// <exception cref="RunInUseException">Another process owns the run.</exception>
    private async Task<LogSnapshot<RunState>?> FindOwnEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            if (_end is not null && _snapshot.State.Status != RunStatus.Running && _end.Resources!.HasSameValues(_snapshot.State.Resources))
            {
                return _snapshot;
            }

            await ReacquireLeaseIfNeededAsync(cancellationToken).ConfigureAwait(false);
            ThrowIfLeaseLost(_snapshot.State); // before writing, because the data in the store belongs to the new owner
            return null;
        }
        catch (ProviderException exception) when (exception.IsTransient)
        {
            return null; // the delivery retries until the store is available
        }
    }

    private async Task<LogSnapshot<RunState>> AppendEndAsync(Func<Task> deliver, Func<RunEvent> createEnd, CancellationToken cancellationToken)
    {
        await KeepAliveAsync(deliver, cancellationToken).ConfigureAwait(false);
        _end = createEnd();
        return await AppendAsync(_end, _snapshot.State.Actor, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes heartbeats while an operation runs. The heartbeat timer cannot do this, because the operation holds the
    /// semaphore.</summary>
    private async Task KeepAliveAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_context.Options.HeartbeatInterval, _context.TimeProvider);
        var workTask = work();
        while (await Task.WhenAny(workTask, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()).ConfigureAwait(false) != workTask)
        {
            try
            {
                await SummarizeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogHeartbeatFailed(_log.RunId, exception);
            }
        }

        await workTask.ConfigureAwait(false);
    }

    /// <summary>Writes the summary, and deletes the change marker.</summary>
    private async Task SummarizeAsync(CancellationToken cancellationToken)
    {
        if (IsShared)
        {
            return;
        }

        var snapshot = _snapshot;
        var isRunning = snapshot.State.Status == RunStatus.Running;
        DateTimeOffset? aliveUntil = isRunning ? _context.TimeProvider.GetUtcNow() + _context.HeartbeatTimeout : null;
        await _log.WriteSummaryAsync(
            isRunning ? snapshot with { State = State } : snapshot,
            aliveUntil,
            _summarySequence == 0 ? snapshot.Sequence : _summarySequence,
            cancellationToken).ConfigureAwait(false);
        (_summarySequence, _aliveUntil) = (snapshot.Sequence, aliveUntil ?? _aliveUntil);
        if (_marker is { } marker)
        {
            await _log.DeleteAsync(marker, cancellationToken).ConfigureAwait(false);
            _marker = null;
        }
    }

    private void ThrowIfLeaseLost(RunState state)
    {
        if (!IsShared && state.LeaseOwner != _leaseOwner)
        {
            (_isLeaseLost, _isClosed) = (true, true);
            _metrics.Abandon();
            throw new RunInUseException(_log.RunId, state.LeaseOwner ?? "another process, which ended it");
        }
    }

    /// <summary>Rejects a change of a shared run that another process has ended. Recorded metrics are kept.</summary>
    private void ThrowIfNotRunning(RunState state, RunEvent recorded)
    {
        if (state.Status != RunStatus.Running)
        {
            _isClosed = true;
        }

        ThrowIfNotRunning(recorded);
    }

    private void ThrowIfNotRunning(RunEvent recorded)
    {
        if (recorded.Kind != RunEventKind.Measured)
        {
            ThrowIfEnded();
        }
    }

    [LoggerMessage(453, LogLevel.Warning,
        "The heartbeat of run '{Run}' failed and will be retried. If heartbeats keep failing, the run is treated as interrupted.")]
    public partial void LogHeartbeatFailed(string run, Exception exception);

    [LoggerMessage(471, LogLevel.Information,
        "The run '{Run}' continues. It had been recorded as interrupted, because the heartbeats of this process were missing or a stop signal was received.")]
    private partial void LogLeaseReacquired(string run);
}
