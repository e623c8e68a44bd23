using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Storage;
using MlOps.Tests.Backends;
using MlOps.Tracking;

namespace MlOps.Benchmarks.Tracking;

/// <summary>Measures the start and end of a run on a local disk and on an S3 server, and the delivery of its points to the store.</summary>
internal sealed class RunBenchmarks(StoreSettings settings, string store, TrackingScale scale)
{
    private const double MillisecondsOverHttp = 5;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, TrackingScale scale)
    {
        var rgw = await RgwServer.RequireAsync();
        var (disk, s3) = (StoreSettings.LocalDisk(Path.Combine(folder, "runs")), StoreSettings.S3(rgw, $"runs-{Guid.NewGuid():N}"));
        return
        [
            await new RunBenchmarks(disk, "local disk", scale).StartAndEndAsync(),
            await new RunBenchmarks(s3, "S3 (Ceph)", scale).StartAndEndAsync(),
            await new RunBenchmarks(disk, "local disk", scale).DeliverAsync(),
            await new RunBenchmarks(s3, "S3 (Ceph)", scale).DeliverAsync(),
        ];
    }

    private async Task<IOutcome> StartAndEndAsync()
    {
        await Console.Error.WriteLineAsync($"starting and ending runs on {store}");
        await using var services = settings.Build();
        var tracker = services.GetRequiredService<IExperimentTracker>();
        List<double> starts = [], ends = [];
        for (var round = 0; round <= scale.Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var run = await tracker.StartRunAsync("cost");
            starts.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            run.LogMetric("loss", 1);
            started = Stopwatch.GetTimestamp();
            await run.EndAsync();
            ends.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new Figure(
            $"Start and end a run on {store}",
            "none, reported",
            string.Create(CultureInfo.InvariantCulture, $"start {Median(starts):0.0} ms, end {Median(ends):0.0} ms"),
            true,
            "With everything that is captured, git's state among it; the end delivers one point and indexes now and then.");
    }

    private async Task<IOutcome> DeliverAsync()
    {
        await Console.Error.WriteLineAsync($"delivering {scale.Points} points to {store}");
        await using var services = settings.Build();
        await using var run = await services.GetRequiredService<IExperimentTracker>().StartRunAsync("points");
        var loss = run.GetMetric("loss");
        var started = Stopwatch.GetTimestamp();
        for (var step = 0; step < scale.Points; step++)
        {
            loss.Record(1.0 / (step + 1), step);
            if (step % 1_000_000 == 999_999)
            {
                await Task.Yield();
            }
        }

        var recorded = Stopwatch.GetElapsedTime(started);
        await run.EndAsync();
        var delivered = Stopwatch.GetElapsedTime(started);
        var contents = await services.GetRequiredService<IExperimentTracker>().OpenRunAsync(run.Info);
        var read = await contents.ReadMetricsAsync("loss").LongCountAsync();
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"{scale.Points:#,0} points of a run to durable on {store}"),
            "all of them",
            string.Create(CultureInfo.InvariantCulture, $"{scale.Points / delivered.TotalSeconds / 1e6:0.00} million points/s, {read:#,0} read back"),
            read == scale.Points,
            string.Create(CultureInfo.InvariantCulture, $"One thread records all of them as fast as it can "
                + $"({recorded.TotalNanoseconds / scale.Points:0} ns a point), then the run is ended, which waits until the store has them. "
                + $"For scale: a client that sends each value over HTTP and waits, as MLflow's log_metric does, at {MillisecondsOverHttp:0} ms a call "
                + $"records {1_000 / MillisecondsOverHttp:0} points/s."));
    }

    private static double Median(List<double> times) => times.Skip(1).Order().ElementAt((times.Count - 1) / 2);
}
