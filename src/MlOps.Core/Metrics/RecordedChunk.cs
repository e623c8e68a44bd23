namespace MlOps.Metrics;

/// <summary>Recorded values in their order. Queues share a chunk by counting references; the last one returns it to the pool.</summary>
internal sealed class RecordedChunk(ChunkPool pool)
{
    /// <summary>The number of values: 32 KiB, which fit the first-level cache of a processor and the generation-0 heap.</summary>
    public const int Capacity = 1_024;

    private int _references;

    public RecordedValue[] Values { get; } = new RecordedValue[Capacity];

    public int Count { get; set; }

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Releases a reference.</summary>
    /// <returns>Whether it was the last one, so that the caller owns the chunk.</returns>
    public bool Release() => Interlocked.Decrement(ref _references) == 0;

    /// <summary>Releases a reference, and returns the chunk to the pool if it was the last one.</summary>
    public void ReleaseToPool()
    {
        if (Release())
        {
            pool.Return(this);
        }
    }
}
