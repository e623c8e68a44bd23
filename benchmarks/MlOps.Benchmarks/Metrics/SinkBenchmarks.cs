using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Measures the speed, the disk space and the memory of each sink, each in its own process.</summary>
internal static class SinkBenchmarks
{
    public const string Command = "fill-sink";
    private const int Slice = 200_000;
    private const int SeriesCount = 20;
    private const double MostMegabytes = 96;
    private const double MostAllocated = 32;
    private static readonly Dictionary<string, double> s_leastSpeeds = new() { ["JsonLines"] = 2_000_000, ["ArtifactStore"] = 1_000_000 };

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, MetricsScale scale)
    {
        var outcomes = new List<IOutcome>();
        foreach (var sink in new[] { "Nothing", "Meter", "Log", "JsonLines", "ArtifactStore" })
        {
            await Console.Error.WriteLineAsync($"{scale.Points} points into {sink}");
            outcomes.Add(await MeasureAsync(sink, Path.Combine(folder, sink), scale.Points));
        }

        return outcomes;
    }

    /// <summary>Runs in the child process: records points as fast as the sink accepts them, and writes the result.</summary>
    public static async Task FillAsync(string sink, string folder, int points)
    {
        using var listener = new MeterListener { InstrumentPublished = static (instrument, listener) => Listen(instrument, listener) };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        using var process = Process.GetCurrentProcess();
        var idle = process.WorkingSet64;
        double seconds;
        long dropped;
        await using (var services = Build(sink, folder))
        {
            var recorder = services.GetRequiredService<IMetricsRecorder>();
            using var counts = new DeliveredPoints();
            var metrics = Enumerable.Range(0, SeriesCount).Select(number => recorder.GetMetric($"train/metric-{number}")).ToArray();
            var random = new Random(1);
            var started = Stopwatch.GetTimestamp();
            for (var point = 0; point < points; point++)
            {
                metrics[point % SeriesCount].Record(random.NextDouble(), point / SeriesCount);
                if ((point + 1) % Slice == 0)
                {
                    await counts.WaitAsync(point + 1 - Slice);
                }
            }

            await counts.WaitAsync(points);
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            dropped = counts.Dropped;
        }

        process.Refresh();
        var allocated = GC.GetTotalAllocatedBytes(precise: true) / (double)points;
        Console.WriteLine(JsonSerializer.Serialize(new[] { seconds, dropped, process.PeakWorkingSet64 - idle, allocated }));
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == MlOpsDiagnostics.RecordedMeterName)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private static ServiceProvider Build(string sink, string folder)
    {
        var builder = new ServiceCollection()
            .AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Information))
            .AddMlOps()
            .AddMetricsSink("Nothing", static (_, _) => new NothingSink())
            .ConfigureMetrics(options =>
            {
                options.Meters = [];
                options.Sinks[sink] = new MetricsSinkOptions { Capacity = 2 * Slice * 2, BatchSize = 50_000, FlushInterval = TimeSpan.FromMilliseconds(100) };
            });
        builder.Services.Configure<JsonLinesSinkOptions>(sink, options => options.Path = folder);
        builder.Services.Configure<LocalDiskStorageOptions>(LocalDiskStorageOptions.DefaultKey, options => options.Root = folder);
        return builder.Services.BuildServiceProvider();
    }

    private static async Task<Figure> MeasureAsync(string sink, string folder, int points)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(
            "dotnet", [typeof(SinkBenchmarks).Assembly.Location, Command, sink, folder, points.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || JsonSerializer.Deserialize<double[]>(output) is not [var seconds, var dropped, var memory, var allocated])
        {
            throw new InvalidOperationException($"The process ended with code {process.ExitCode}.");
        }

        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
        var megabytes = memory / (1 << 20);
        var leastSpeed = s_leastSpeeds.GetValueOrDefault(sink);
        var speedAim = leastSpeed > 0 ? string.Create(CultureInfo.InvariantCulture, $"≥ {leastSpeed:#,0} points/s, ") : "";
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"{sink}: {points:#,0} points"),
            string.Create(CultureInfo.InvariantCulture, $"all taken, {speedAim}≤ {MostMegabytes} MiB above idle, ≤ {MostAllocated} B allocated a point"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{points / seconds:#,0} points/s, {bytes / (double)points:0.0} B a point, {megabytes:0} MiB, {allocated:0.0} B allocated a point, "
                    + $"{dropped:#,0} dropped"),
            dropped == 0 && megabytes <= MostMegabytes && allocated <= MostAllocated && points / seconds >= leastSpeed,
            string.Create(CultureInfo.InvariantCulture, $"From the first Record until the sink had taken the last point, in {SeriesCount} series of "
                + $"random values, in batches of up to 50,000; compaction included, in bytes too."));
    }
}
