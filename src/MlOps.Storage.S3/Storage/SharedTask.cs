namespace MlOps.Storage;

/// <summary>Something to be found out once, by whoever needs it first; the others wait, and after a failure the next one tries again.</summary>
internal sealed class SharedTask<T>(Func<Task<T>> run)
{
    private readonly Lock _lock = new();
    private Task<T>? _task;

    /// <summary>Gets the outcome; a caller that stops waiting stops nobody else.</summary>
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
