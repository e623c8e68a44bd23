namespace MlOps.Metrics;

/// <summary>A chunk of recorded values in order. Queues share a chunk by reference counting. When the last reference is released, the chunk is returned
/// to the pool.</summary>
internal sealed class RecordedChunk(ChunkPool pool)
{
    /// <summary>The maximum number of values. They take 32 KiB, which fits into the L1 cache and stays below the large object heap threshold.</summary>
    public const int Capacity = 1_024;

    private int _references;

    public RecordedValue[] Values { get; } = new RecordedValue[Capacity];

    public int Count { get; set; }

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Releases a reference.</summary>
    /// <returns><see langword="true"/> if it was the last reference. In that case, the caller owns the chunk.</returns>
    public bool Release() => Interlocked.Decrement(ref _references) == 0;

    /// <summary>Releases a reference, and returns the chunk to the pool if it was the last reference.</summary>
    public void ReleaseToPool()
    {
        if (Release())
        {
            pool.Return(this);
        }
    }
}
