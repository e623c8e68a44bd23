using System.Diagnostics.CodeAnalysis;

namespace MlOps.Metrics;

/// <summary>Pools chunks. Keeps at most 32 MiB of unused chunks.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ChunkPool
{
    private const int MaxFree = 1_024;

    private readonly Stack<RecordedChunk> _free = new();
    private readonly Lock _lock = new();

    /// <summary>Gets an empty chunk with one reference.</summary>
    public RecordedChunk Rent()
    {
        if (!TryPop(out var chunk))
        {
            chunk = new RecordedChunk(this);
        }

        chunk.AddReference();
        return chunk;
    }

    /// <summary>Returns a chunk without references to the pool.</summary>
    public void Return(RecordedChunk chunk)
    {
        chunk.Values.AsSpan(0, chunk.Count).Clear(); // the pool must not keep the metrics of disposed scopes alive
        chunk.Count = 0;
        lock (_lock)
        {
            if (_free.Count < MaxFree)
            {
                _free.Push(chunk);
            }
        }
    }

    private bool TryPop([NotNullWhen(true)] out RecordedChunk? chunk)
    {
        lock (_lock)
        {
            return _free.TryPop(out chunk);
        }
    }
}
