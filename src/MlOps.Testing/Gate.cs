namespace MlOps.Testing;

/// <summary>A point that code under test passes only when a test lets it, so that tests order events without waiting for time to pass.</summary>
/// <remarks>Thread-safe. Opens once and stays open.</remarks>
public sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that ends when something has reached the gate.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Waits at the gate until it is opened.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>A task that ends when the gate is open.</returns>
    public Task PassAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Opens the gate.</summary>
    public void Open() => _opened.TrySetResult();
}
