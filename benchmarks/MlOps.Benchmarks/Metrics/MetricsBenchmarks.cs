namespace MlOps.Benchmarks.Metrics;

/// <summary>Runs all benchmarks of metrics and writes the report.</summary>
internal static class MetricsBenchmarks
{
    private static readonly Sections<MetricsScale> s_sections = new()
    {
        ["record"] = RecordBenchmarks.RunAsync,
        ["flood"] = FloodBenchmarks.RunAsync,
        ["sinks"] = SinkBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, MetricsScale scale) =>
        Report.Write("Benchmarks of metrics", await s_sections.RunAsync(only, scale), scale.Rounds, "System.Diagnostics.Metrics of the runtime");
}
