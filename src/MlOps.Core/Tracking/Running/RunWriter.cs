using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Records the events of a run under way in this process, and its heartbeats.</summary>
/// <remarks>Thread-safe. Changes that wait for one that is being recorded are recorded together.</remarks>
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

    /// <param name="services">The services that runs of the store share.</param>
    /// <param name="log">The log of the run.</param>
    /// <param name="snapshot">The log after the event that made this process the owner.</param>
    /// <param name="marker">The marker that was set before that event; it is deleted after the first summary.</param>
    /// <param name="summarized">The event that the last summary has; 0 if there is none.</param>
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

    /// <summary>Gets the state with the newest metrics.</summary>
    public RunState State => IsShared ? RunFold.AddMetrics(_snapshot.State, _metrics.Summaries) : _snapshot.State.WithMetrics(_metrics.Summaries);

    /// <summary>Gets a value indicating whether the run has no owner.</summary>
    public bool IsShared => _snapshot.State.IsShared;

    /// <summary>Records a change.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="actor">The actor; <see langword="null"/> for the actor of the run.</param>
    /// <param name="cancellationToken">Cancels the call before the event is recorded.</param>
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

            await change.Recorded.ConfigureAwait(false); // another call records it already
            return;
        }

        try
        {
            while (!change.Recorded.IsCompleted && TakePending() is { Count: > 0 } batch)
            {
                // The token is that of this caller, so it does not cancel the changes of others.
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

    /// <summary>Reads what other processes recorded, and says that the run is alive.</summary>
    /// <param name="flush">Brings the metrics up to now into the summaries.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="RunInUseException">Another process has the run.</exception>
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
    /// <param name="deliver">Delivers the metrics.</param>
    /// <param name="createEnd">Creates the event after that.</param>
    /// <param name="cancellationToken">Cancels the call. The run can be ended again.</param>
    /// <returns>Whether this call has ended the run.</returns>
    /// <exception cref="RunInUseException">Another process has the run.</exception>
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
                    $"The run '{_log.RunId}' cannot be ended: the process was stopped while the store was away. "
                    + "It counts as interrupted. Resume it with ResumeRunAsync.");
            }

            if (!_isClosed)
            {
                _snapshot = await FindOwnEndAsync(cancellationToken).ConfigureAwait(false)
                    ?? await AppendEndAsync(deliver, createEnd, cancellationToken).ConfigureAwait(false);
                _isClosed = true;
            }

            if (!IsShared)
            {
                await SummarizeAsync(cancellationToken).ConfigureAwait(false); // ending the run again comes back here
            }

            return _hasEnded = true;
        }
        catch (InvalidOperationException) when (IsShared && _isClosed)
        {
            _hasEnded = true; // another process has ended the run meanwhile
            return false;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Records that the run is interrupted or has failed, because the process is about to be stopped. If the process goes on, the next heartbeat or
    /// change
    /// takes the run up again.</summary>
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

    /// <summary>Records nothing more.</summary>
    public void Close() => _isClosed = true;

    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public void ThrowIfEnded()
    {
        if (_isClosed)
        {
            throw new InvalidOperationException(
                $"The run '{_log.RunId}' has ended, so nothing can be recorded with it. Resume it with ResumeRunAsync, or start another one.");
        }
    }

    public void Dispose() => _log.Dispose();

    private List<PendingChange> TakePending()
    {
        lock (_pending)
        {
            var batch = _pending.Count == 0 ? [] : _pending[..PendingChange.CountCombinable(_pending)];
            _pending.RemoveRange(0, batch.Count);
            return batch;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The exception reaches the callers whose changes these are.")]
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
                await RecordAsync([change], cancellationToken).ConfigureAwait(false); // one of them cannot be recorded
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

    /// <summary>Takes the run up again if nothing was heard of this process for too long: then nobody looks into the log any more, or has ended the
    /// run.</summary>
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

    /// <summary>Finds the end that an earlier try has recorded, although its answer was lost.</summary>
    /// <exception cref="RunInUseException">Another process has the run.</exception>
    private async Task<LogSnapshot<RunState>?> FindOwnEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            _snapshot = await _log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
            if (_end is not null && _snapshot.State.Status != RunStatus.Running && _snapshot.State.Resources == _end.Resources)
            {
                return _snapshot;
            }

            await ReacquireLeaseIfNeededAsync(cancellationToken).ConfigureAwait(false);
            ThrowIfLeaseLost(_snapshot.State); // before anything is written: what is in the store is the other's
            return null;
        }
        catch (ProviderException exception) when (exception.IsTransient)
        {
            return null; // the delivery waits for the store
        }
    }

    private async Task<LogSnapshot<RunState>> AppendEndAsync(Func<Task> deliver, Func<RunEvent> createEnd, CancellationToken cancellationToken)
    {
        await KeepAliveAsync(deliver, cancellationToken).ConfigureAwait(false);
        _end = createEnd();
        return await AppendAsync(_end, _snapshot.State.Actor, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something, however long it takes, and goes on to say that the run is alive; the pulse cannot, because it is not its turn.</summary>
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

    /// <summary>Writes the summary, and deletes the marker that errorText that there is none.</summary>
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
            throw new RunInUseException(_log.RunId, state.LeaseOwner ?? "nobody: it was ended elsewhere");
        }
    }

    /// <summary>Refuses a change of a run that another process has ended. Metrics that were recorded before are not lost.</summary>
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

    [LoggerMessage(453, LogLevel.Warning, "The run '{Run}' could not say that it is under way; it tries again. If this lasts, it counts as interrupted.")]
    public partial void LogHeartbeatFailed(string run, Exception exception);

    [LoggerMessage(471, LogLevel.Information,
        "The run '{Run}' goes on. It was recorded as interrupted, because nothing was heard of this process for too long or a signal was to stop it.")]
    private partial void LogLeaseReacquired(string run);
}
