namespace MlOps.Serving;

/// <summary>Looks for a version to serve at intervals, and at once when this process changes it.</summary>
/// <param name="source">The source of versions, which this disposes.</param>
/// <param name="interval">The time between looks; zero for no looks.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="look">Looks, accepting an answer of the given age; does not throw.</param>
internal sealed class UpdatePoll(
    IVersionSource source, TimeSpan interval, TimeProvider timeProvider, Func<TimeSpan, CancellationToken, Task> look) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private bool _isChanged;
    private bool _isLooking;

    /// <summary>Gets the task that ends when the polling has stopped.</summary>
    public Task? Polling { get; private set; }

    /// <summary>Starts, unless it was started before or the settings do not want it.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (Polling is null && interval > TimeSpan.Zero && !_stopping.IsCancellationRequested)
            {
                // What is done from now on does not belong to the request that happens to be the first.
                using var flow = ExecutionContext.SuppressFlow();
                Polling = Task.Run(PollAsync);
                source.Watch(LookAtOnce);
            }
        }
    }

    /// <summary>Stops without waiting for a look that is under way.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            // The source of the token is not disposed: a look that is under way has its token.
            _stopping.Cancel();
            source.Dispose();
        }
    }

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(interval, timeProvider);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            await look(TimeSpan.Zero, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Looks without waiting for the time to come. The newest state is the one that this process recorded, so the look costs no request.</summary>
    /// <remarks>All changes during a look, which may load a version, are seen by one further look.</remarks>
    private void LookAtOnce()
    {
        lock (_lock)
        {
            _isChanged = true;
            if (_isLooking)
            {
                return;
            }

            _isLooking = true;
        }

        using var flow = ExecutionContext.SuppressFlow();
        _ = Task.Run(LookWhileChangedAsync);
    }

    private async Task LookWhileChangedAsync()
    {
        while (TryTakeChange())
        {
            await look(interval, _stopping.Token).ConfigureAwait(false);
        }
    }

    private bool TryTakeChange()
    {
        lock (_lock)
        {
            _isLooking = _isChanged && !_stopping.IsCancellationRequested;
            _isChanged = false;
            return _isLooking;
        }
    }
}
