namespace MlOps.Benchmarks.Tracking;

/// <summary>Runs all benchmarks of experiment tracking and writes the report.</summary>
internal static class TrackingBenchmarks
{
    private static readonly Sections<TrackingScale> s_sections = new()
    {
        ["search"] = SearchBenchmarks.RunAsync,
        ["runs"] = RunBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, TrackingScale scale) =>
        Report.Write("Benchmarks of experiment tracking", await s_sections.RunAsync(only, scale), scale.Rounds, "Ceph RGW as the S3 server");
}
