namespace MlOps.Benchmarks.Metrics;

/// <summary>How long the benchmarks of metrics measure.</summary>
internal sealed record MetricsScale(int Rounds, int Points, int Floods, TimeSpan FloodTime)
{
    public static MetricsScale Full { get; } = new(301, 10_000_000, 5, TimeSpan.FromSeconds(10));

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static MetricsScale Quick { get; } = new(21, 200_000, 2, TimeSpan.FromSeconds(1));
}
