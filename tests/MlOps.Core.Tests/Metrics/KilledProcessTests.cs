using System.Globalization;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Metrics;

public sealed class KilledProcessTests
{
    private const int Count = 1_000_000;
    private const int DeliveredBeforeTheEnd = 50_000;

    [Test]
    public async Task Delivered_points_of_a_killed_process_are_complete()
    {
        using var folder = new TemporaryFolder();
        var (lines, root) = (Path.Combine(folder.Path, "lines"), Path.Combine(folder.Path, "store"));
        var settings = new Dictionary<string, string>
        {
            ["MlOps:Storage:LocalDisk:Root"] = root,
            ["MlOps:Metrics:Meters:0"] = "none",
            ["MlOps:Metrics:Sinks:JsonLines:Path"] = lines,
            ["MlOps:Metrics:Sinks:JsonLines:MaxFileSize"] = "1000000",
            ["MlOps:Metrics:Sinks:JsonLines:Capacity"] = "2000000",
            ["MlOps:Metrics:Sinks:ArtifactStore:Capacity"] = "2000000",
        };
        using var worker = await WorkerProcess.StartAsync(settings, "record", "loss", Count.ToString(CultureInfo.InvariantCulture));
        worker.Release();
        var delivered = new Dictionary<string, int> { ["JsonLines"] = 0, ["ArtifactStore"] = 0 };
        await Until.IsTrueAsync(async () =>
        {
            Note(await worker.RequireLineAsync());
            return delivered.Values.Min() >= DeliveredBeforeTheEnd;
        });

        foreach (var line in await worker.KillAsync())
        {
            Note(line);
        }

        await AssertIsBeginningAsync(JsonLinesMetrics.ReadAsync(lines), delivered["JsonLines"]);
        await AssertIsBeginningAsync(MetricsArchive.ReadAsync(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root })),
            delivered["ArtifactStore"]);

        void Note(string line)
        {
            var parts = line.Split(' ');
            delivered[parts[0]] = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }
    }

    private static async Task AssertIsBeginningAsync(IAsyncEnumerable<MetricDataPoint> points, int delivered)
    {
        var steps = await points.Select(static point => (int)point.Step!.Value).ToListAsync();

        Assert.That(steps, Has.Count.InRange(delivered, Count));
        Assert.That(steps.SequenceEqual(Enumerable.Range(0, steps.Count)));
    }
}
