namespace MlOps.Benchmarks.Tracking;

/// <summary>The amount of data in the tracking benchmarks.</summary>
internal sealed record TrackingScale(int[] Runs, int Points, int Rounds)
{
    public static TrackingScale Full { get; } = new([100, 10_000, 100_000], 4_000_000, 9);

    public static TrackingScale Quick { get; } = new([100, 1_000], 100_000, 3);
}
