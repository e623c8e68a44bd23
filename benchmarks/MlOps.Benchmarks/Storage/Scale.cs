namespace MlOps.Benchmarks.Storage;

/// <summary>The amount of data in the storage benchmarks.</summary>
/// <param name="LargeBytes">The size of the large object.</param>
/// <param name="SmallCount">The number of small objects.</param>
/// <param name="SmallTurn">The number of them in one turn of a contender: few, so that other load on the machine affects all contenders equally.</param>
/// <param name="ListedCount">The number of listed objects.</param>
/// <param name="PeakMemoryBytes">The size of the object in the measurement of memory.</param>
/// <param name="Rounds">The minimum number of rounds of a comparison.</param>
internal sealed record Scale(long LargeBytes, int SmallCount, int SmallTurn, int ListedCount, long PeakMemoryBytes, int Rounds)
{
    public const int SmallBytes = 10 << 10;

    public static Scale Full { get; } = new(256 << 20, 1_000, 200, 10_000, 4L << 30, 5);

    /// <summary>Gets a scale for trials; its figures have no meaning.</summary>
    public static Scale Quick { get; } = new(32 << 20, 100, 50, 1_000, 256 << 20, 2);
}
