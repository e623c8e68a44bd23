namespace MlOps.Benchmarks.Storage;

/// <summary>How much data the storage benchmarks move.</summary>
/// <param name="LargeBytes">The size of the large object.</param>
/// <param name="SmallCount">The number of small objects.</param>
/// <param name="SmallTurn">How many of them a contender moves before it is the next one's turn: few, so that what the machine does meanwhile hits all alike.</param>
/// <param name="ListedCount">The number of objects listed.</param>
/// <param name="PeakMemoryBytes">The size of the object whose transfer's memory is measured.</param>
/// <param name="Rounds">The rounds of a comparison, at least.</param>
internal sealed record Scale(long LargeBytes, int SmallCount, int SmallTurn, int ListedCount, long PeakMemoryBytes, int Rounds)
{
    public const int SmallBytes = 10 << 10;

    public static Scale Full { get; } = new(256 << 20, 1_000, 200, 10_000, 4L << 30, 5);

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static Scale Quick { get; } = new(32 << 20, 100, 50, 1_000, 256 << 20, 2);
}
