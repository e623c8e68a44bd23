using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlOps.Metrics;

/// <summary>Collects values of some metrics of a scope in one chunk at a time, protected by a rarely contended spin lock.</summary>
/// <remarks>Thread-safe. Larger than two cache lines to avoid false sharing between stripes.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal sealed class RecordingStripe
{
    [FieldOffset(0)]
    private readonly MetricsScope _scope;

    [FieldOffset(8)]
    private RecordedChunk? _chunk;

    /// <summary>The values of the chunk. If there is no chunk, the array is empty, so that <see cref="Add"/> calls <see cref="AddToNext"/>.</summary>
    [FieldOffset(16)]
    private RecordedValue[] _values = [];

    [FieldOffset(24)]
    private int _count;

    [FieldOffset(28)]
    private int _isLocked;

    [FieldOffset(32)]
    private bool _isClosed;

    public RecordingStripe(MetricsScope scope) => _scope = scope;

    /// <summary>Adds a value, or counts it as dropped if the stripe is closed.</summary>
    /// <returns><see langword="true"/> if another thread used the stripe concurrently.</returns>
    public bool Add(MetricHandle metric, double value, long ticks, long step)
    {
        var isContended = Interlocked.CompareExchange(ref _isLocked, 1, 0) != 0;
        if (isContended)
        {
            Enter();
        }

        var (values, count) = (_values, _count);
        if ((uint)count < (uint)values.Length)
        {
            Write(ref values[count], metric, value, ticks, step);
            _count = count + 1;
        }
        else
        {
            AddToNext(metric, value, ticks, step);
        }

        Volatile.Write(ref _isLocked, 0);
        return isContended;
    }

    /// <summary>Hands over recorded values to the queues, in order.</summary>
    /// <param name="isLast">Whether to close the stripe. Values that are added later are dropped and counted.</param>
    public void HandOver(bool isLast = false)
    {
        RecordingStripe? none = null;
        HandOver(ref none, isLast);
    }

    /// <summary>Hands over recorded values, and sets a reference to the stripe to <see langword="null"/> before other threads can add values.</summary>
    public void HandOver(ref RecordingStripe? stripe, bool isLast = false)
    {
        if (Interlocked.CompareExchange(ref _isLocked, 1, 0) != 0)
        {
            Enter();
        }

        try
        {
            HandOverChunk();
            _chunk?.ReleaseToPool();
            _chunk = null;
            _isClosed |= isLast;
            Volatile.Write(ref stripe, null);
        }
        finally
        {
            Volatile.Write(ref _isLocked, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(ref RecordedValue slot, MetricHandle metric, double value, long ticks, long step)
    {
        slot.Metric = metric;
        slot.Value = value;
        slot.Ticks = ticks;
        slot.Step = step;
    }

    private void Enter()
    {
        var wait = default(SpinWait);
        do
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _isLocked) != 0 || Interlocked.CompareExchange(ref _isLocked, 1, 0) != 0);
    }

    /// <summary>
    /// Hands over the full chunk and adds a value to a new chunk. If memory for the chunk cannot be allocated, the value is dropped and counted.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddToNext(MetricHandle metric, double value, long ticks, long step)
    {
        try
        {
            HandOverChunk();
            if (_isClosed)
            {
                _scope.CountDropped();
                return;
            }

            _chunk ??= _scope.Pool.Rent();
            _values = _chunk.Values;
            Write(ref _values[0], metric, value, ticks, step);
            _count = 1;
        }
        catch (OutOfMemoryException)
        {
            _scope.CountDropped();
        }
    }

    private void HandOverChunk()
    {
        if (_chunk is not { } chunk || _count == 0)
        {
            return;
        }

        chunk.Count = _count;
        (_chunk, _values, _count) = (null, [], 0);
        foreach (var queue in _scope.Queues)
        {
            queue.Add(chunk);
        }

        if (chunk.Release())
        {
            // No queue has kept the chunk. Reuse it, because it is in the cache of this processor.
            chunk.AddReference();
            _chunk = chunk;
        }
    }
}
