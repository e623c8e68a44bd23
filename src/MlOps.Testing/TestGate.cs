namespace MlOps.Testing;

/// <summary>Blocks code under test until the test opens the gate, so that tests can order events without delays.</summary>
/// <remarks>Instances are thread-safe. A gate remains open after <see cref="Open"/>.</remarks>
/// <param name="arrivals">The number of calls to <see cref="PassAsync"/> that complete <see cref="Reached"/>.</param>
internal sealed class TestGate(int arrivals = 1)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _missing = arrivals;

    /// <summary>Gets a task that completes when the expected number of callers has reached the gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Waits until the gate is open.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the gate is open.</returns>
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
