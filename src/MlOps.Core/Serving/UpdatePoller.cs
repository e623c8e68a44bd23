namespace MlOps.Serving;

/// <summary>Polls for the version to serve at intervals, and immediately after a change by this process.</summary>
/// <param name="source">The source of versions. The poller disposes it.</param>
/// <param name="interval">The time between polls; zero disables polling.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="poll">Polls once. The argument is the maximum age of cached state. The function does not throw.</param>
internal sealed class UpdatePoller(
    IVersionSource source, TimeSpan interval, TimeProvider timeProvider, Func<TimeSpan, CancellationToken, Task> poll) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private bool _isChanged;
    private bool _isPolling;

    /// <summary>Gets the task that completes when polling has stopped.</summary>
    public Task? Polling { get; private set; }

    /// <summary>Starts polling, unless it has started or is disabled.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (Polling is null && interval > TimeSpan.Zero && !_stopping.IsCancellationRequested)
            {
                // Do not flow the execution context of the first caller into the background task.
                using var flow = ExecutionContext.SuppressFlow();
                Polling = Task.Run(PollAsync);
                source.Watch(PollNow);
            }
        }
    }

    /// <summary>Stops polling without waiting for a poll in progress.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            // _stopping is not disposed, because a poll in progress uses its token.
            _stopping.Cancel();
            source.Dispose();
        }
    }

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(interval, timeProvider);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            await poll(TimeSpan.Zero, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Polls immediately. The poll sends no request, because the cached state contains the change of this process.</summary>
    /// <remarks>A poll may take long, because it may load a version. One further poll handles all changes that are made during a poll.</remarks>
    private void PollNow()
    {
        lock (_lock)
        {
            _isChanged = true;
            if (_isPolling)
            {
                return;
            }

            _isPolling = true;
        }

        using var flow = ExecutionContext.SuppressFlow();
        _ = Task.Run(PollWhileChangedAsync);
    }

    private async Task PollWhileChangedAsync()
    {
        while (TryTakeChange())
        {
            await poll(interval, _stopping.Token).ConfigureAwait(false);
        }
    }

    private bool TryTakeChange()
    {
        lock (_lock)
        {
            _isPolling = _isChanged && !_stopping.IsCancellationRequested;
            _isChanged = false;
            return _isPolling;
        }
    }
}
