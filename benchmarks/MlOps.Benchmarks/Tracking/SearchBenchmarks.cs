using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Benchmarks.Tracking;

/// <summary>Measures searches of an experiment with many runs on a local disk: first in a new process, then again.</summary>
internal sealed class SearchBenchmarks(string folder, TrackingScale scale)
{
    private const string Experiment = "search";
    private const int RunsInMemory = 1_000;
    private const double MostColdMilliseconds = 300;
    private const double MostWarmMilliseconds = 10;

    /// <summary>The number of runs of which one crashes.</summary>
    private const int CrashedOneIn = 10;
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(1);

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
        foreach (var (runs, hasCrashed) in scale.Runs.SelectMany(static runs => new[] { (runs, false), (runs, true) }))
        {
            await Console.Error.WriteLineAsync($"searching {runs} runs{(hasCrashed ? ", some of them crashed" : "")}");
            outcomes.Add(await new SearchBenchmarks(Path.Combine(folder, $"search-{runs}-{hasCrashed}"), scale).MeasureAsync(runs, hasCrashed));
        }

        return outcomes;
    }

    private async Task<IOutcome> MeasureAsync(int runs, bool hasCrashed)
    {
        await RecordAsync(runs, hasCrashed);
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
            string.Create(CultureInfo.InvariantCulture, $"Search {runs:#,0} runs{(hasCrashed ? $", 1 in {CrashedOneIn} crashed" : "")}"),
            "cold < 300 ms, warm < 10 ms",
            string.Create(CultureInfo.InvariantCulture, $"cold {first:#,0} ms, warm {again:0.0} ms"),
            first < MostColdMilliseconds && again < MostWarmMilliseconds,
            string.Create(CultureInfo.InvariantCulture, $"Each run has five metrics, five parameters and three tags. "
                + $"`{s_query.Filter}`, the best 20 of {found:#,0} by `{s_query.OrderBy[0]}`. "
                + $"Cold is a tracker that has read nothing yet, with the files in the system's cache. "
                + $"Warm is the same search once more, which lists what is new. What it reads has {bytes / 1e6:0.0} MB on disk."));
    }

    /// <summary>Records the runs in memory, several in parallel, and copies the artifacts that searches read to the disk.</summary>
    /// <remarks>
    /// Flushing 100,000 runs to disk one by one would take longer than the rest of the benchmark. A crashed run had its last heartbeat a day ago. The first
    /// compaction ends it as interrupted.
    /// </remarks>
    private async Task RecordAsync(int runs, bool hasCrashed)
    {
        var disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder });
        foreach (var part in Enumerable.Range(0, runs).Chunk(RunsInMemory))
        {
            var memory = new InMemoryArtifactStore();
            await using (var services = Open(memory))
            {
                var tracker = services.GetRequiredService<IExperimentTracker>();
                await Parallel.ForEachAsync(
                    part.Where(number => !hasCrashed || number % CrashedOneIn != 0), async (number, _) => await RecordOneAsync(tracker, number));
                await tracker.SearchRunsAsync(s_query).CountAsync();
            }

            if (hasCrashed)
            {
                await CrashAsync(memory, disk, part.Where(static number => number % CrashedOneIn == 0));
            }

            await CopyAsync(memory, disk, $"experiments/{Experiment}/log", $"experiments/{Experiment}/index", $"experiments/{Experiment}/summaries");
        }

        await using var compacting = Open(disk);
        await compacting.GetRequiredService<IExperimentTracker>().SearchRunsAsync(s_query).CountAsync();
    }

    /// <summary>Starts runs, and copies their artifacts after the first heartbeat.</summary>
    private static async Task CrashAsync(InMemoryArtifactStore memory, LocalDiskArtifactStore disk, IEnumerable<int> numbers)
    {
        await using var services = Open(memory, new PastTime());
        var tracker = services.GetRequiredService<IExperimentTracker>();
        var crashed = new List<string>();
        foreach (var number in numbers)
        {
            var run = await tracker.StartRunAsync(Experiment, StartOf(new Random(number)));
            Log(run, new Random(number));
            crashed.Add(run.Info.Id);
        }

        var summaries = ArtifactPath.Parse($"experiments/{Experiment}/summaries");
        while (await memory.ListAsync(summaries).AnyAsync(entry => entry.Path.Name.EndsWith(".change", StringComparison.Ordinal)))
        {
            await Task.Delay(s_heartbeat / 10);
        }

        await CopyAsync(memory, disk, [summaries.ToString(), .. crashed.Select(static id => $"experiments/{Experiment}/runs/{id}")]);
        foreach (var id in crashed)
        {
            await foreach (var entry in memory.ListAsync(summaries.Append(id)))
            {
                await memory.DeleteAsync(entry.Path);
            }
        }
    }

    private static async Task CopyAsync(InMemoryArtifactStore memory, LocalDiskArtifactStore disk, params string[] folders)
    {
        foreach (var copied in folders)
        {
            await foreach (var entry in memory.ListAsync(ArtifactPath.Parse(copied)))
            {
                await disk.WriteBytesAsync(entry.Path, await memory.ReadBytesAsync(entry.Path));
            }
        }
    }

    private static async Task RecordOneAsync(IExperimentTracker tracker, int number)
    {
        var random = new Random(number);
        await tracker.RunAsync(
            Experiment,
            StartOf(random),
            (run, _) =>
            {
                Log(run, random);
                return Task.CompletedTask;
            });
    }

    private static void Log(IRun run, Random random)
    {
        foreach (var metric in new[] { "auc", "f1", "log_loss", "recall", "precision" })
        {
            run.LogMetric(metric, random.NextDouble());
        }
    }

    private static RunStart StartOf(Random random) => new()
    {
        Parameters = new Dictionary<string, string>
        {
            ["lr"] = random.Next(3) switch { 0 => "0.1", 1 => "0.01", _ => "0.001" },
            ["depth"] = Text(random.Next(4, 12)),
            ["trees"] = Text(random.Next(10, 1_000)),
            ["loss"] = "log",
            ["data"] = $"2026-{random.Next(1, 13):00}",
        },
        Tags = new Dictionary<string, string>
        {
            ["stage"] = random.Next(4) == 0 ? "draft" : "candidate",
            ["team"] = $"team {random.Next(8)}",
            ["commit"] = Text(random.Next()),
        },
    };

    private static ServiceProvider Open(IArtifactStore store, TimeProvider? timeProvider = null) => new ServiceCollection()
        .AddSingleton(timeProvider ?? TimeProvider.System)
        .AddMlOps(static options => options.Storage.Provider = "Measured")
        .AddArtifactStore("Measured", _ => store)
        .Services.Configure<TrackingOptions>(static options =>
        {
            options.CaptureGit = false;
            options.HeartbeatInterval = s_heartbeat;
        })
        .BuildServiceProvider();

    private static async Task<double> TimeAsync(IExperimentTracker tracker)
    {
        var started = Stopwatch.GetTimestamp();
        await tracker.SearchRunsAsync(s_query).CountAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);

    /// <summary>A clock that is a day behind.</summary>
    private sealed class PastTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromDays(1);
    }
}
