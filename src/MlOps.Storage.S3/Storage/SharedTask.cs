namespace MlOps.Storage;

/// <summary>Runs an operation once for all callers. After a failure, the next call runs it again.</summary>
internal sealed class SharedTask<T>(Func<Task<T>> run)
{
    private readonly Lock _lock = new();
    private Task<T>? _task;

    /// <summary>Gets the result. Canceling one call does not cancel the operation for other callers.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_task is null || _task.IsFaulted || _task.IsCanceled)
            {
                _task = Task.Run(run, CancellationToken.None);
            }

            return _task.WaitAsync(cancellationToken);
        }
    }
}
