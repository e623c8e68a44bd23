namespace MlOps.Benchmarks.Metrics;

/// <summary>How long the benchmarks of metrics measure.</summary>
internal sealed record MetricsScale(int Rounds, int Points)
{
    public static MetricsScale Full { get; } = new(301, 10_000_000);

    /// <summary>Gets a scale to try the benchmarks at; its figures mean nothing.</summary>
    public static MetricsScale Quick { get; } = new(21, 200_000);
}
