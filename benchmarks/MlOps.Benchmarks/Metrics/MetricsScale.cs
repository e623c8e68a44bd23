namespace MlOps.Benchmarks.Metrics;

/// <summary>The duration of the metrics benchmarks.</summary>
internal sealed record MetricsScale(int Rounds, int Points, int Floods, TimeSpan FloodTime)
{
    public static MetricsScale Full { get; } = new(301, 10_000_000, 5, TimeSpan.FromSeconds(10));

    /// <summary>Gets a scale for trials; its figures have no meaning.</summary>
    public static MetricsScale Quick { get; } = new(21, 200_000, 2, TimeSpan.FromSeconds(1));
}
