namespace MlOps.Benchmarks.Versions;

/// <summary>Runs all benchmarks of versions of data and models and writes the report.</summary>
internal static class VersionsBenchmarks
{
    private static readonly Sections<VersionsScale> s_sections = new()
    {
        ["snapshots"] = SnapshotBenchmarks.RunAsync,
        ["registry"] = RegistryBenchmarks.RunAsync,
        ["migration"] = MigrationBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, VersionsScale scale) =>
        Report.Write("Benchmarks of versions", await s_sections.RunAsync(only, scale), scale.Rounds, "git, restic 0.14, borg 1.2, rclone 1.60 of Debian 12");
}
