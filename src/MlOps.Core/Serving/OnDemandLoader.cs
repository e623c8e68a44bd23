namespace MlOps.Serving;

/// <summary>Loads a model on first use. Concurrent callers share one load, and canceling one caller does not cancel the load.</summary>
/// <param name="name">The name of the model.</param>
/// <param name="slot">The slot of the current version.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="loadAsync">Loads the version to serve.</param>
/// <param name="getFailure">Gets the failure of the last load.</param>
internal sealed class OnDemandLoader(string name, ModelSlot slot, TimeProvider timeProvider, Func<Task> loadAsync, Func<LoadFailure?> getFailure)
{
    private const string BeingLoaded = "it is being loaded. Wait until it is ready, or use PredictAsync, which waits.";
    private static readonly TimeSpan s_pauseAfterFailedCheck = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private FailedCheck? _failedCheck;
    private Task? _running;

    /// <summary>Gets the task of the last load; <see langword="null"/> if no load was started.</summary>
    public Task? Running
    {
        get
        {
            lock (_lock)
            {
                return _running;
            }
        }
    }

    /// <summary>Records the result of a check for the version to serve.</summary>
    /// <param name="exception">The failure; <see langword="null"/> if the check succeeded.</param>
    public void RecordCheck(Exception? exception) => Volatile.Write(ref _failedCheck, exception is null ? null : new(exception, timeProvider.GetUtcNow()));

    /// <summary>Loads the model unless it is loaded.</summary>
    /// <exception cref="ModelNotReadyException">The model cannot be loaded.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        while (slot.Current is null)
        {
            try
            {
                await Start().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ModelNotReadyException(name, exception.Message, exception);
            }

            if (slot.Current is null && getFailure() is { } failure)
            {
                throw new ModelNotReadyException(name, failure.Exception.Message, failure.Exception);
            }
        }
    }

    /// <summary>Starts loading the model without waiting, and creates the exception for the caller, which does not wait.</summary>
    /// <returns>The exception with the reason why no version is loaded.</returns>
    public ModelNotReadyException StartAndCreateException()
    {
        var cause = getFailure()?.Exception ?? Volatile.Read(ref _failedCheck)?.Exception;
        _ = Start();
        return new ModelNotReadyException(name, cause?.Message ?? BeingLoaded, cause);
    }

    private Task Start()
    {
        lock (_lock)
        {
            if (_running is { IsCompleted: false })
            {
                return _running;
            }

            var failed = Volatile.Read(ref _failedCheck);
            var load = failed is not null && timeProvider.GetUtcNow() - failed.Time < s_pauseAfterFailedCheck
                ? Task.FromException(failed.Exception)
                : _running = Task.Run(loadAsync);

            // Observe the exception: all callers may have stopped waiting.
            _ = load.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return load;
        }
    }

    private sealed record FailedCheck(Exception Exception, DateTimeOffset Time);
}
