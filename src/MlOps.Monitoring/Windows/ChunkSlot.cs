using MlOps.Datasets;

namespace MlOps.Monitoring.Windows;

/// <summary>The chunk that an observer fills. The collector takes it at a checkpoint.</summary>
/// <remarks>
/// One thread at a time calls <see cref="Begin"/> and <see cref="End"/>, and never waits. Any thread may call <see cref="TryTake"/>.
/// </remarks>
internal sealed class ChunkSlot
{
    private static readonly ObservedChunk s_busy = new("", 0, Array.Empty<RowColumn>(), Array.Empty<RowColumn>(), 1);
    private ObservedChunk? _chunk;

    /// <summary>Takes the chunk for the time of one row.</summary>
    /// <returns>The chunk, or <see langword="null"/> if there is none.</returns>
    public ObservedChunk? Begin() => Interlocked.Exchange(ref _chunk, s_busy);

    /// <summary>Puts the chunk back, or none.</summary>
    public void End(ObservedChunk? chunk) => Volatile.Write(ref _chunk, chunk);

    /// <summary>Takes the chunk. Waits while a row is written, which takes less than a microsecond unless its thread is suspended.</summary>
    /// <returns>The chunk, or <see langword="null"/> if there is none or a suspended thread uses it.</returns>
    public ObservedChunk? TryTake()
    {
        const int maxAttempts = 1000;
        var wait = default(SpinWait);
        for (var attempt = 0; attempt < maxAttempts; attempt++)
        {
            var seen = Volatile.Read(ref _chunk);
            if (seen is null)
            {
                return null;
            }

            if (seen != s_busy && Interlocked.CompareExchange(ref _chunk, null, seen) == seen)
            {
                return seen;
            }

            wait.SpinOnce(sleep1Threshold: -1);
        }

        return null;
    }
}
