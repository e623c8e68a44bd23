using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Benchmarks.Tracking;

/// <summary>Searching an experiment with many runs on a local disk: in a process that knows nothing of it, and again.</summary>
internal sealed class SearchBenchmarks(string folder, TrackingScale scale)
{
    private const string Experiment = "search";
    private const int RunsInMemory = 1_000;
    private const double MostColdSeconds = 1;
    private const double MostWarmMilliseconds = 20;

    private static readonly RunQuery s_query = new()
    {
        Experiments = [Experiment],
        Filter = "metrics.auc > 0.9 and params.lr = '0.1' and tags.stage != 'draft' and attributes.status = 'finished'",
        OrderBy = ["metrics.auc desc"],
        Take = 20,
    };

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, TrackingScale scale)
    {
        var outcomes = new List<IOutcome>();
        foreach (var runs in scale.Runs)
        {
            await Console.Error.WriteLineAsync($"searching {runs} runs");
            outcomes.Add(await new SearchBenchmarks(Path.Combine(folder, $"search-{runs}"), scale).MeasureAsync(runs));
        }

        return outcomes;
    }

    private async Task<IOutcome> MeasureAsync(int runs)
    {
        await RecordAsync(runs);
        List<double> cold = [], warm = [];
        var found = 0;
        for (var round = 0; round <= scale.Rounds; round++)
        {
            await using var services = Open(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder }));
            var tracker = services.GetRequiredService<IExperimentTracker>();
            cold.Add(await TimeAsync(tracker));
            warm.Add(await TimeAsync(tracker));
            found = await tracker.SearchRunsAsync(new RunQuery { Experiments = [Experiment], Filter = s_query.Filter }).CountAsync();
        }

        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
        var (first, again) = (Median(cold), Median(warm));
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Search {runs:#,0} runs"),
            "cold < 1 s, warm < 20 ms",
            string.Create(CultureInfo.InvariantCulture, $"cold {first:#,0} ms, warm {again:0.0} ms"),
            first < MostColdSeconds * 1_000 && again < MostWarmMilliseconds,
            string.Create(CultureInfo.InvariantCulture, $"Each run has five metrics, five parameters and three tags. `{s_query.Filter}`, the best 20 of {found:#,0} by `{s_query.OrderBy[0]}`. Cold is a tracker that has read nothing yet, with the files in the system's cache. Warm is the same search once more, which lists what is new. What it reads has {bytes / 1e6:0.0} MB on disk."));
    }

    /// <summary>Records the runs in memory, some at a time, and copies what searches read to the disk: a hundred thousand runs flushed to disk one by one would take longer than all the rest.</summary>
    private async Task RecordAsync(int runs)
    {
        var disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder });
        foreach (var part in Enumerable.Range(0, runs).Chunk(RunsInMemory))
        {
            var memory = new InMemoryArtifactStore();
            await using (var services = Open(memory))
            {
                var tracker = services.GetRequiredService<IExperimentTracker>();
                await Parallel.ForEachAsync(part, async (number, _) => await RecordOneAsync(tracker, number));
                await tracker.SearchRunsAsync(s_query).CountAsync();
            }

            await CopyAsync(memory, disk);
        }

        await using var compacting = Open(disk);
        await compacting.GetRequiredService<IExperimentTracker>().SearchRunsAsync(s_query).CountAsync();
    }

    private static async Task CopyAsync(InMemoryArtifactStore memory, LocalDiskArtifactStore disk)
    {
        foreach (var part in new[] { "log", "index", "summaries" })
        {
            await foreach (var entry in memory.ListAsync(ArtifactPath.Parse($"experiments/{Experiment}/{part}")))
            {
                await disk.WriteBytesAsync(entry.Path, await memory.ReadBytesAsync(entry.Path));
            }
        }
    }

    private static async Task RecordOneAsync(IExperimentTracker tracker, int number)
    {
        var random = new Random(number);
        var start = new RunStart
        {
            Parameters = new Dictionary<string, string> { ["lr"] = random.Next(3) switch { 0 => "0.1", 1 => "0.01", _ => "0.001" }, ["depth"] = Text(random.Next(4, 12)), ["trees"] = Text(random.Next(10, 1_000)), ["loss"] = "log", ["data"] = $"2026-{random.Next(1, 13):00}" },
            Tags = new Dictionary<string, string> { ["stage"] = random.Next(4) == 0 ? "draft" : "candidate", ["team"] = $"team {random.Next(8)}", ["commit"] = Text(random.Next()) },
        };
        await tracker.RunAsync(
            Experiment,
            start,
            (run, _) =>
            {
                foreach (var metric in new[] { "auc", "f1", "log_loss", "recall", "precision" })
                {
                    run.LogMetric(metric, random.NextDouble());
                }

                return Task.CompletedTask;
            });
    }

    private static ServiceProvider Open(IArtifactStore store) => new ServiceCollection()
        .AddMlOps(static options => options.Storage.Provider = "Measured")
        .AddArtifactStore("Measured", _ => store)
        .Services.Configure<TrackingOptions>(static options => options.CaptureGit = false)
        .BuildServiceProvider();

    private static async Task<double> TimeAsync(IExperimentTracker tracker)
    {
        var started = Stopwatch.GetTimestamp();
        await tracker.SearchRunsAsync(s_query).CountAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
}
