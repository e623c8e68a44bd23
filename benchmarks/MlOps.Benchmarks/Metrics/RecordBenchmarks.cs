using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Benchmarks.Serving;
using MlOps.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Measures the cost of recording a value for the calling thread.</summary>
/// <remarks>The contenders are a histogram of System.Diagnostics.Metrics with a listener, and a concurrent queue that another thread empties.</remarks>
internal static class RecordBenchmarks
{
    private const double MostOnOneThread = 20;
    private const double MostOnSeveralThreads = 35;

    /// <summary>A target is met within this factor, or within the confidence interval.</summary>
    private const double Tolerance = 1.05;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, MetricsScale scale)
    {
        await using var services = new ServiceCollection()
            .AddMlOps()
            .AddMetricsSink("Nothing", static (_, _) => new NothingSink())
            .ConfigureMetrics(
                static options => options.Sinks["Nothing"] =
                    new MetricsSinkOptions { Capacity = 4_000_000, BatchSize = 50_000, FlushInterval = TimeSpan.FromMilliseconds(10) })
            .Services.BuildServiceProvider();
        var recorder = services.GetRequiredService<IMetricsRecorder>();
        using var counts = new DeliveredPoints();
        using var meter = new Meter("benchmark");
        using var listener = Listen();
        var histogram = meter.CreateHistogram<double>("loss");
        var queue = new ConcurrentQueue<(double Value, long Step, DateTime Time)>();
        using var ended = new CancellationTokenSource();
        var emptying = Task.Run(() => EmptyAsync(queue, ended.Token));

        var outcomes = new List<IOutcome>();
        foreach (var (threads, isShared) in new[] { (1, false), (2, false), (4, false), (2, true), (4, true) })
        {
            await Console.Error.WriteLineAsync($"recording on {threads} threads{(isShared ? ", the same metric" : "")}");
            var number = 0;
            var (times, allocated) = Calls.Measure(
                threads,
                scale.Rounds,
                counts.Settle,
                () =>
                {
                    var metric = recorder.GetMetric(isShared ? $"shared{threads}" : $"own{threads}/{number++}");
                    return call => metric.Record(call, call);
                },
                () => call => histogram.Record(call),
                () => call => queue.Enqueue((call, call, TimeProvider.System.GetUtcNow().UtcDateTime)));
            outcomes.Add(Describe(threads, isShared, times, allocated));
        }

        await ended.CancelAsync();
        await emptying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        counts.Read();
        outcomes.Add(new Figure(
            "Values dropped while that was measured", "none", string.Create(CultureInfo.InvariantCulture, $"{counts.Dropped:#,0}"), counts.Dropped == 0,
                "All of them went through a queue to a sink that does nothing."));
        return outcomes;
    }

    private static Figure Describe(int threads, bool isShared, double[][] times, double[] allocated)
    {
        var (ours, theirs, queues) = (Calls.Median(times[0]), Calls.Median(times[1]), Calls.Median(times[2]));
        var (low, high) = Calls.Interval(times[0]);
        var most = threads == 1 ? MostOnOneThread : MostOnSeveralThreads;
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Record on {threads} thread(s){(isShared ? ", all the same metric" : "")}"),
            $"≤ {most} ns, 0 B",
            string.Create(CultureInfo.InvariantCulture, $"{ours:0.0} ns ({low:0.0}–{high:0.0}), {allocated[0]:0.##} B"),
            Math.Min(low, ours / Tolerance) <= most && allocated[0] < 0.01,
            string.Create(
                CultureInfo.InvariantCulture,
                $"With time and step, to a sink that does nothing. A histogram with a listener that adds up: {theirs:0.0} ns, {allocated[1]:0.##} B. "
                    + $"A concurrent queue with the time, emptied by another thread: {queues:0.0} ns, {allocated[2]:0.##} B."));
    }

    private static MeterListener Listen()
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "benchmark")
            {
                listener.EnableMeasurementEvents(instrument, new Sum());
            }
        };
        listener.SetMeasurementEventCallback<double>(static (_, value, _, state) => ((Sum)state!).Add(value));
        listener.Start();
        return listener;
    }

    private static async Task EmptyAsync(ConcurrentQueue<(double Value, long Step, DateTime Time)> queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (queue.TryDequeue(out _))
            {
            }

            await Task.Delay(1, cancellationToken);
        }
    }

    private sealed class Sum
    {
        private readonly Lock _lock = new();
        private double _value;

        public void Add(double value)
        {
            lock (_lock)
            {
                _value += value;
            }
        }
    }
}
