using System.Runtime.InteropServices;

namespace MlOps.Metrics;

/// <summary>Where values are recorded: one chunk at a time behind a lock that is nearly always free.</summary>
/// <remarks>Thread-safe. Larger than two lines of a cache, so that threads that use different stripes do not disturb one another.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal sealed class RecordingStripe
{
    [FieldOffset(0)]
    private readonly RecordingBuffers _buffers;

    [FieldOffset(8)]
    private RecordedChunk? _chunk;

    [FieldOffset(16)]
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    public RecordingStripe(RecordingBuffers buffers) => _buffers = buffers;

    /// <summary>Adds a value, or drops one if too many wait.</summary>
    /// <returns>Whether another thread was at this stripe at the same moment.</returns>
    public bool Add(MetricHandle metric, double value, long ticks, long step)
    {
        var isTaken = false;
        _lock.TryEnter(ref isTaken);
        var isContended = !isTaken;
        if (isContended)
        {
            _lock.Enter(ref isTaken);
        }

        var chunk = _chunk;
        if (chunk is null || chunk.Count == RecordedChunk.Capacity)
        {
            chunk = Renew(metric);
        }

        chunk?.Add(metric, value, ticks, step);
        _lock.Exit(useMemoryBarrier: false);
        return isContended;
    }

    /// <summary>Puts what was recorded into the line of chunks, after what was there.</summary>
    public void Detach()
    {
        RecordingStripe? nobody = null;
        Detach(ref nobody);
    }

    /// <summary>Does the same and lets go of the stripe of a metric at once, so that who sees it gone finds all that was recorded before in the line.</summary>
    public void Detach(ref RecordingStripe? stripe)
    {
        var isTaken = false;
        _lock.Enter(ref isTaken);
        try
        {
            EnqueueChunk();
            Volatile.Write(ref stripe, null);
        }
        finally
        {
            _lock.Exit(useMemoryBarrier: false);
        }
    }

    /// <summary>Gets a chunk with room. Of what a recorded value needs it alone allocates, so it gives the lock back for want of memory.</summary>
    private RecordedChunk? Renew(MetricHandle metric)
    {
        try
        {
            if (EnqueueChunk())
            {
                _buffers.Wake();
            }

            return _chunk = _buffers.Rent(metric);
        }
        catch
        {
            _lock.Exit(useMemoryBarrier: false);
            throw;
        }
    }

    private bool EnqueueChunk()
    {
        if (_chunk is not { Count: > 0 } chunk)
        {
            return false;
        }

        _buffers.Enqueue(chunk);
        _chunk = null;
        return true;
    }
}
