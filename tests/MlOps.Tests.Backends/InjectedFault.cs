namespace MlOps.Tests.Backends;

/// <summary>A fault that a <see cref="FaultProxy"/> has been given: how often it has struck.</summary>
public sealed class InjectedFault
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Func<string, bool> _where;
    private readonly TaskCompletionSource _exhausted = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>Gets the number of injections. A request that is shorter than the byte count of the fault is not changed and not counted.</summary>
    public int Strikes => _strikes;

    /// <summary>Gets a task that ends when the fault strikes for the first time, and fails if it does not within two minutes.</summary>
    public Task Struck => _struck.Task.WaitAsync(s_patience);

    /// <summary>Gets a task that ends when the last of the requests it hits has come.</summary>
    internal Task Exhausted => _exhausted.Task;

    internal bool TryTake(string requestLine)
    {
        if (!_where(requestLine))
        {
            return false;
        }

        var left = Interlocked.Decrement(ref _left);
        if (left == 0)
        {
            _exhausted.SetResult();
        }

        return left >= 0;
    }

    internal void Strike()
    {
        Interlocked.Increment(ref _strikes);
        _struck.TrySetResult();
    }
}
