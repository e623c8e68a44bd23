namespace MlOps.Benchmarks.Monitoring;

/// <summary>Runs all benchmarks of the monitoring and writes the report.</summary>
internal static class MonitoringBenchmarks
{
    private const int Rounds = 301;
    private const int QuickRounds = 21;

    private static readonly Sections<bool> s_sections = new()
    {
        ["request"] = static async (folder, quick) => await RequestBenchmarks.RunAsync(folder, quick ? QuickRounds : Rounds, quick ? 100_000 : 2_000_000),
        ["profiles"] = static (_, _) => Task.FromResult<IEnumerable<IOutcome>>(ProfileBenchmarks.Run()),
        ["drift"] = static (_, quick) => Task.FromResult<IEnumerable<IOutcome>>(DriftBenchmarks.Run(quick ? 10_000 : 1_000_000)),
        ["log"] = static async (_, quick) => await PredictionLogBenchmarks.RunAsync(quick),
        ["quality"] = static (_, quick) => Task.FromResult<IEnumerable<IOutcome>>(QualityBenchmarks.Run(quick ? 100_000 : 1_000_000)),
    };

    /// <summary>Runs the benchmarks.</summary>
    /// <param name="only">The name of the part to measure; <see langword="null"/> for all.</param>
    /// <param name="quick">Whether to run a short trial on little data.</param>
    public static async Task<string> RunAsync(string? only, bool quick) => Report.Write(
        "Benchmarks of monitoring",
        await s_sections.RunAsync(only, quick),
        quick ? QuickRounds : Rounds,
        "whylogs publishes 0.6 to 0.9 million values/s a core");
}
