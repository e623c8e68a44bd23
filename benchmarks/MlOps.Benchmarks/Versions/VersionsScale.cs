namespace MlOps.Benchmarks.Versions;

/// <summary>The amount of data in the benchmarks of versions.</summary>
internal sealed record VersionsScale(int LargeFiles, int LargeFileBytes, int SmallFiles, int Versions, int[] LogLengths, int Rounds)
{
    public const int SmallFileBytes = 10 << 10;

    public static VersionsScale Full { get; } = new(64, 16 << 20, 20_000, 1_000, [10, 1_000, 100_000], 3);

    /// <summary>Gets a scale for trials; its figures have no meaning.</summary>
    public static VersionsScale Quick { get; } = new(4, 8 << 20, 500, 50, [10, 300], 1);
}
