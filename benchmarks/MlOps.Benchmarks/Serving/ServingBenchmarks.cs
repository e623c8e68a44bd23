namespace MlOps.Benchmarks.Serving;

/// <summary>Runs all benchmarks of served models and writes the report.</summary>
internal static class ServingBenchmarks
{
    private static readonly Sections<ServingScale> s_sections = new()
    {
        ["leases"] = LeaseBenchmarks.RunAsync,
        ["forest"] = ForestBenchmarks.RunAsync,
        ["onnx"] = OnnxBenchmarks.RunAsync,
        ["swaps"] = SwapBenchmarks.RunAsync,
        ["starts"] = StartBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, ServingScale scale) =>
        Report.Write("Benchmarks of serving", await s_sections.RunAsync(only, scale), scale.Rounds, "ML.NET 5.0.1, ONNX Runtime 1.31.1 · calls of "
            + "predictors in processor time of the calling threads, starts and swaps in elapsed time");
}
