using System.Diagnostics.CodeAnalysis;

namespace MlOps.Metrics;

/// <summary>A queue of chunks for one sink, with at most <see cref="MetricsSinkOptions.Capacity"/> points.</summary>
/// <remarks>
/// Thread-safe. Queues share full chunks. Values of small chunks, and values that a filter or a sample rate selects, are copied to a chunk of the queue,
/// so that the memory use is proportional to the number of points.
/// </remarks>
internal sealed class ChunkQueue(MetricsSinkOptions options, MetricsWhenFull whenFull, int index, ChunkPool pool)
{
    private const int SmallestShared = RecordedChunk.Capacity / 2;

    private readonly Queue<RecordedChunk> _chunks = new();
    private readonly Lock _lock = new();
    private RecordedChunk? _tail;
    private int _points;
    private long _dropped;
    private bool _isCompleted;

    /// <summary>Gets a value indicating whether the sink accepts all points of all metrics.</summary>
    public bool AcceptsAll { get; } = options is { Include.Count: 0, Exclude.Count: 0, SampleRate: >= 1 };

    /// <summary>Gets the number of points.</summary>
    public int Points => Volatile.Read(ref _points);

    /// <summary>Gets the number of chunks.</summary>
    public int Chunks
    {
        get
        {
            lock (_lock)
            {
                return _chunks.Count;
            }
        }
    }

    /// <summary>Gets the number of points that were dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds the values of a chunk that the sink accepts. Values that exceed the capacity are dropped and counted.</summary>
    /// <returns><see langword="true"/> if points were dropped because the queue is full.</returns>
    public bool Add(RecordedChunk chunk)
    {
        lock (_lock)
        {
            var dropped = _dropped;
            if (!AcceptsAll)
            {
                Copy(chunk);
            }
            else if (_isCompleted || (_points >= options.Capacity && whenFull == MetricsWhenFull.DropNewest))
            {
                CountDropped(chunk.Count);
            }
            else if (chunk.Count < SmallestShared || !TryFreeCapacity(chunk.Count) || !TryShare(chunk))
            {
                Copy(chunk);
            }

            return _dropped > dropped && !_isCompleted;
        }
    }

    /// <summary>Removes the oldest chunk. The caller must release it.</summary>
    public bool TryTake([NotNullWhen(true)] out RecordedChunk? chunk)
    {
        lock (_lock)
        {
            if (!_chunks.TryDequeue(out chunk))
            {
                return false;
            }

            _points -= chunk.Count;
            if (chunk == _tail)
            {
                _tail = null;
            }

            return true;
        }
    }

    /// <summary>Completes the queue. Values that are added later are dropped and counted.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
        }
    }

    /// <summary>Counts dropped points.</summary>
    public void CountDropped(long count) => Interlocked.Add(ref _dropped, count);

    private bool TryShare(RecordedChunk chunk)
    {
        try
        {
            _chunks.Enqueue(chunk);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }

        chunk.AddReference();
        _tail = null;
        _points += chunk.Count;
        return true;
    }

    private void Copy(RecordedChunk chunk)
    {
        foreach (ref readonly var value in chunk.Values.AsSpan(0, chunk.Count))
        {
            if (!AcceptsAll && value.Metric.Samplers[index]?.TakeNext() != true)
            {
                continue;
            }

            if (_isCompleted || !TryFreeCapacity(1) || !TryGetTail(out var tail))
            {
                CountDropped(1);
                continue;
            }

            tail.Values[tail.Count++] = value;
            _points++;
        }
    }

    private bool TryGetTail([NotNullWhen(true)] out RecordedChunk? tail)
    {
        tail = _tail;
        if (tail is { Count: < RecordedChunk.Capacity })
        {
            return true;
        }

        try
        {
            tail = pool.Rent();
            _chunks.Enqueue(tail);
            _tail = tail;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private bool TryFreeCapacity(int count)
    {
        while (_points + count > options.Capacity)
        {
            if (whenFull == MetricsWhenFull.DropNewest || !TryTake(out var oldest))
            {
                return false;
            }

            CountDropped(oldest.Count);
            oldest.ReleaseToPool();
        }

        return true;
    }
}
