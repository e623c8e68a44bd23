namespace MlOps.Benchmarks.Versions;

/// <summary>Everything that is measured of versions of data and models, in one run, and the report on it.</summary>
internal static class VersionsBenchmarks
{
    private static readonly Dictionary<string, Func<string, VersionsScale, Task<IEnumerable<IOutcome>>>> s_sections = new()
    {
        ["snapshots"] = SnapshotBenchmarks.RunAsync,
        ["registry"] = RegistryBenchmarks.RunAsync,
        ["migration"] = MigrationBenchmarks.RunAsync,
    };

    public static async Task<string> RunAsync(string? only, VersionsScale scale)
    {
        // Beside the program rather than in the system's temporary folder, which on many machines is memory.
        var folder = Path.Combine(AppContext.BaseDirectory, "work");
        Directory.CreateDirectory(folder);
        try
        {
            var outcomes = new List<IOutcome>();
            foreach (var section in s_sections.Where(section => only is null || section.Key == only))
            {
                outcomes.AddRange(await section.Value(folder, scale));
            }

            return Report.Write("Benchmarks of versions", outcomes, scale.Rounds, "git, restic 0.14, borg 1.2, rclone 1.60 of Debian 12");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
