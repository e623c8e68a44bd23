namespace MlOps.Benchmarks.Storage;

/// <summary>How much data the storage benchmarks move.</summary>
internal sealed record Scale(long LargeBytes, int SmallCount, int ListedCount, int FindCount, long PeakMemoryBytes, int Rounds)
{
    public const int SmallBytes = 10 << 10;

    public static Scale Full { get; } = new(256 << 20, 1_000, 10_000, 500, 4L << 30, 5);

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static Scale Quick { get; } = new(32 << 20, 100, 1_000, 50, 256 << 20, 2);
}
