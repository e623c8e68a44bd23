namespace MlOps.Tests.Backends;

/// <summary>A fault that a <see cref="FaultProxy"/> has been given: how often it has struck.</summary>
public sealed class InjectedFault
{
    private readonly Func<string, bool> _where;
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;
    private int _strikes;

    internal InjectedFault(Fault fault, int times, Func<string, bool> where)
    {
        Fault = fault;
        _left = times;
        _where = where;
    }

    /// <summary>Gets the fault.</summary>
    public Fault Fault { get; }

    /// <summary>Gets how often it has struck. A request shorter than a fault's byte count passes unharmed and does not count.</summary>
    public int Strikes => _strikes;

    /// <summary>Gets a task that ends when the fault strikes for the first time.</summary>
    public Task Struck => _struck.Task;

    internal bool TryTake(string requestLine) => _where(requestLine) && Interlocked.Decrement(ref _left) >= 0;

    internal void Strike()
    {
        Interlocked.Increment(ref _strikes);
        _struck.TrySetResult();
    }
}
