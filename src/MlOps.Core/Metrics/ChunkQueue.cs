using System.Diagnostics.CodeAnalysis;

namespace MlOps.Metrics;

/// <summary>The chunks that wait for one sink, with at most <see cref="MetricsSinkOptions.Capacity"/> points.</summary>
/// <remarks>
/// Thread-safe. A queue shares full chunks with the other queues. It copies small chunks, and the values that a filter or a sample rate selects, to chunks of
/// its own, so that memory follows the number of points.
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

    /// <summary>Gets a value indicating whether the sink takes all points of all metrics.</summary>
    public bool TakesAll { get; } = options is { Include.Count: 0, Exclude.Count: 0, SampleRate: >= 1 };

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

    /// <summary>Adds the values of a chunk that the sink takes, and drops and counts those for which there is no room.</summary>
    /// <returns>Whether points were dropped because the queue is full.</returns>
    public bool Add(RecordedChunk chunk)
    {
        lock (_lock)
        {
            var dropped = _dropped;
            if (!TakesAll)
            {
                Copy(chunk);
            }
            else if (_isCompleted || (_points >= options.Capacity && whenFull == MetricsWhenFull.DropNewest))
            {
                CountDropped(chunk.Count);
            }
            else if (chunk.Count < SmallestShared || !TryMakeRoom(chunk.Count) || !TryShare(chunk))
            {
                Copy(chunk);
            }

            return _dropped > dropped && !_isCompleted;
        }
    }

    /// <summary>Takes the oldest chunk, which the caller releases.</summary>
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

    /// <summary>Drops and counts all values that are added from now on.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
        }
    }

    /// <summary>Counts points that were dropped.</summary>
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
            if (!TakesAll && value.Metric.Routes[index]?.TakeNext() != true)
            {
                continue;
            }

            if (_isCompleted || !TryMakeRoom(1) || !TryGetTail(out var tail))
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

    private bool TryMakeRoom(int count)
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
