namespace MlOps.Testing;

/// <summary>A point that code under test passes only when a test lets it, so that tests order events without waiting for time to pass.</summary>
/// <remarks>Thread-safe. Opens once and stays open.</remarks>
/// <param name="arrivals">How many come to the gate before it counts as reached.</param>
public sealed class Gate(int arrivals = 1)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _missing = arrivals;

    /// <summary>Gets a task that ends when the gate is reached: by the first, or by as many as are awaited.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Waits at the gate until it is opened.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>A task that ends when the gate is open.</returns>
    public Task PassAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _reached.TrySetResult();
        }

        return _opened.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Opens the gate.</summary>
    public void Open() => _opened.TrySetResult();
}
