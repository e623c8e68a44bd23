using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures swaps of an ONNX model under full load: failures, stale predictions, cost for callers, and leaks.</summary>
internal static class SwapBenchmarks
{
    private const double MostGrowth = 32 << 20;
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(3);

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        await Console.Error.WriteLineAsync("swaps");
        var loader = new CountedLoader(new OnnxModelLoader());
        await using var service = new ModelService(folder, builder =>
        {
            builder.Services.AddSingleton<IModelLoader>(loader);
            builder.AddModel<ThirtyFeatures, Answer>("forest", static options => options.PollInterval = TimeSpan.Zero);
        });
        var file = Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_rf.onnx");
        await service.PromoteAsync("forest", "onnx", file, Forest.Signature);
        await service.RegisterAsync("forest", "onnx", file, Forest.Signature);
        await service.StartAsync();
        var model = service.Get<ThirtyFeatures, Answer>("forest");

        using var load = new Load(model);
        await Task.Delay(s_quiet); // full load without swaps, for comparison
        var quiet = load.TakeLatencies();
        await SwapAsync(service, model, load, scale.Swaps / 10); // initial growth is not a leak
        var memory = WorkingSet();
        load.TakeLatencies();
        var started = Stopwatch.GetTimestamp();
        var stale = await SwapAsync(service, model, load, scale.Swaps);
        var took = Stopwatch.GetElapsedTime(started);
        var swapping = load.TakeLatencies();
        await load.StopAsync();
        var growth = WorkingSet() - memory;

        var retired = loader.Models.Count - 1;
        var disposedOnce = loader.Models.Count(static one => one.Disposals == 1);
        var used = loader.Models.Sum(static one => one.UsesAfterDisposal);
        var met = load.Failures == 0 && stale == 0 && used == 0 && disposedOnce == retired && growth <= MostGrowth;
        return
        [
            new Figure(
                string.Create(CultureInfo.InvariantCulture, $"{scale.Swaps} swaps of an ONNX model under full load"),
                "0 failed, 0 stale, 0 used after disposal, each retired model disposed once, memory flat",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{load.Failures} failed, {stale} stale, {used} used after disposal, {disposedOnce} of {retired} disposed once, "
                        + $"{growth / 1048576.0:+0.0;-0.0} MiB"),
                met,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{load.Predictions:#,0} predictions on {Load.Threads} threads; a swap under this load took "
                        + $"{took.TotalMilliseconds / scale.Swaps:0} ms from the move of the alias. Latency without swaps: "
                        + $"p50 {quiet.Median:0.0} µs, p99.9 {quiet.Rare:0} µs, worst {quiet.Worst / 1e3:0.0} ms; with swaps: "
                        + $"p50 {swapping.Median:0.0} µs, p99.9 {swapping.Rare:0} µs, worst {swapping.Worst / 1e3:0.0} ms, so "
                        + $"{(swapping.Worst - quiet.Worst) / 1e3:0.0} ms worse.")),
        ];
    }

    private static async Task<int> SwapAsync(ModelService service, IModel<ThirtyFeatures, Answer> model, Load load, int swaps)
    {
        var stale = 0;
        for (var swap = 0; swap < swaps; swap++)
        {
            var next = model.Status.ReadyVersion == 1 ? 2 : 1;
            await service.Registry.SetAliasAsync("forest", "production", next);
            await model.ReloadAsync();
            stale += model.Predict(load.Row).Version.Number == next ? 0 : 1;
        }

        return stale;
    }

    private static double WorkingSet()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            _ = TrimNativeHeap(0); // memory that the C library keeps for reuse is not a leak
        }

        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int TrimNativeHeap(nint pad);

    internal sealed class Answer
    {
        public long Label { get; set; }

        public float[]? Probabilities { get; set; }
    }

    /// <summary>Threads that predict without a pause and record the duration of each prediction.</summary>
    private sealed class Load : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Thread[] _threads;
        private readonly List<double>[] _latencies = [.. Enumerable.Range(0, Threads).Select(static _ => new List<double>())];
        private int _failures;
        private long _predictions;

        public Load(IModel<ThirtyFeatures, Answer> model)
        {
            _threads = [.. _latencies.Select(latencies => new Thread(() => Run(model, latencies)))];
            Array.ForEach(_threads, static thread => thread.Start());
        }

        public static int Threads { get; } = Environment.ProcessorCount;

        public ThirtyFeatures Row { get; } = new();

        public int Failures => _failures;

        public long Predictions => _predictions;

        public (double Median, double Rare, double Worst) TakeLatencies()
        {
            var all = new List<double>();
            foreach (var latencies in _latencies)
            {
                lock (latencies)
                {
                    all.AddRange(latencies);
                    latencies.Clear();
                }
            }

            all.Sort();
            return (all[all.Count / 2], all[(int)(all.Count * 0.999)], all[^1]);
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            Array.ForEach(_threads, static thread => thread.Join());
        }

        public void Dispose() => _stop.Dispose();

        private void Run(IModel<ThirtyFeatures, Answer> model, List<double> latencies)
        {
            var (row, answer, count) = (new ThirtyFeatures(), new Answer(), 0);
            while (!_stop.IsCancellationRequested)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    model.Predict(row, answer);
                }
                catch (Exception)
                {
                    Interlocked.Increment(ref _failures);
                }

                var time = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                if (++count % 16 == 0 || time > 200)
                {
                    lock (latencies)
                    {
                        latencies.Add(time);
                    }
                }
            }

            Interlocked.Add(ref _predictions, count);
        }
    }
}
