using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Serving;
using MlOps.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Measures the points per second that reach an empty sink while two threads record in a tight loop, and checks that all others are counted.</summary>
internal static class FloodBenchmarks
{
    private const int Threads = 2;
    private const int CallsBetweenLooks = 1_000;
    private const double FewestPerSecond = 15_000_000;
    private const double Tolerance = 0.95;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, MetricsScale scale)
    {
        var floods = new List<(double Rate, double Recorded, long Uncounted)>();
        for (var flood = 0; flood < scale.Floods; flood++)
        {
            await Console.Error.WriteLineAsync($"{Threads} threads recording in a tight loop, {flood + 1} of {scale.Floods}");
            floods.Add(await FloodAsync(scale.FloodTime));
        }

        var rates = floods.Select(static flood => flood.Rate).ToArray();
        var (rate, (low, high)) = (Calls.Median(rates), Calls.Interval(rates));
        var uncounted = floods.Sum(static flood => Math.Abs(flood.Uncounted));
        return
        [
            new Figure(
                string.Create(CultureInfo.InvariantCulture, $"Delivered while {Threads} threads record in a tight loop"),
                string.Create(CultureInfo.InvariantCulture, $"≥ {FewestPerSecond:#,0} points/s, recorded = delivered + dropped"),
                string.Create(CultureInfo.InvariantCulture, $"{rate:#,0} points/s ({low:#,0}–{high:#,0}), {uncounted:#,0} not counted"),
                Math.Max(high, rate / Tolerance) >= FewestPerSecond && uncounted == 0,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A metric for each thread, default settings, to a sink that does nothing, for {scale.FloodTime.TotalSeconds:0} s, {scale.Floods} times. "
                    + $"Recorded: {floods.Average(static flood => flood.Recorded):#,0} points/s.")),
        ];
    }

    private static async Task<(double Rate, double Recorded, long Uncounted)> FloodAsync(TimeSpan time)
    {
        await using var services = new ServiceCollection()
            .AddMlOps()
            .AddMetricsSink("Nothing", static (_, _) => new NothingSink())
            .ConfigureMetrics(static options =>
            {
                options.Meters = [];
                options.Sinks["Nothing"] = new MetricsSinkOptions();
            })
            .Services.BuildServiceProvider();
        var recorder = services.GetRequiredService<IMetricsRecorder>();
        using var counts = new DeliveredPoints();
        var started = Stopwatch.GetTimestamp();
        var recorded = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () => Record(recorder.GetMetric($"own/{thread}"), started, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        counts.Read();
        var (delivered, sum) = (counts.Delivered, recorded.Sum());
        await counts.WaitAsync(sum);
        return (delivered / seconds, sum / seconds, sum - counts.Delivered - counts.Dropped);
    }

    private static long Record(MetricHandle metric, long started, TimeSpan time)
    {
        var count = 0L;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            for (var call = 0; call < CallsBetweenLooks; call++)
            {
                metric.Record(call, count++);
            }
        }

        return count;
    }
}
