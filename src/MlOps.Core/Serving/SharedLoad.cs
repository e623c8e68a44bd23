namespace MlOps.Serving;

/// <summary>Loads a model that is not loaded when it is needed. Concurrent callers share one load, which none of them can cancel for the others.</summary>
/// <param name="name">The name of the model.</param>
/// <param name="slot">The version that answers.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="loadAsync">Loads the version that is to be served.</param>
/// <param name="getFailure">Gets the failure of the last load.</param>
internal sealed class SharedLoad(string name, ModelSlot slot, TimeProvider timeProvider, Func<Task> loadAsync, Func<LoadFailure?> getFailure)
{
    private const string BeingLoaded = "it is being loaded. Wait for its readiness, or predict with PredictAsync, which does.";
    private static readonly TimeSpan s_pauseAfterFailedLook = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private FailedLook? _failedLook;
    private Task? _running;

    /// <summary>Gets the load that was started last, if any.</summary>
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

    /// <summary>Records the result of a look for the version to serve.</summary>
    /// <param name="exception">The failure; <see langword="null"/> if the look succeeded.</param>
    public void NoteLook(Exception? exception) => Volatile.Write(ref _failedLook, exception is null ? null : new(exception, timeProvider.GetUtcNow()));

    /// <summary>Loads the model, unless it is loaded.</summary>
    /// <exception cref="ModelNotReadyException">It cannot be loaded.</exception>
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

    /// <summary>Begins to load the model, for later callers.</summary>
    /// <returns>The exception for a caller that does not wait.</returns>
    public ModelNotReadyException Begin()
    {
        var cause = getFailure()?.Exception ?? Volatile.Read(ref _failedLook)?.Exception;
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

            var failed = Volatile.Read(ref _failedLook);
            var load = failed is not null && timeProvider.GetUtcNow() - failed.Time < s_pauseAfterFailedLook
                ? Task.FromException(failed.Exception)
                : _running = Task.Run(loadAsync);

            // Every caller may have stopped waiting when it fails.
            _ = load.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return load;
        }
    }

    private sealed record FailedLook(Exception Exception, DateTimeOffset Time);
}
