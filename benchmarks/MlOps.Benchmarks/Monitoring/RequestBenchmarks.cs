using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Benchmarks.Serving;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;
using MlOps.Providers;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Measures the cost of the monitoring for a prediction of 30 numeric features.</summary>
internal static class RequestBenchmarks
{
    private const string Name = "thirty";
    private const int Rows = 4096;
    private const int Slice = 50_000;
    private const double MostNanoseconds = 100;
    private const double Tolerance = 1.05;
    private const double MostMicroseconds = 3.5;

    /// <summary>Runs the benchmarks.</summary>
    /// <param name="folder">A folder for the cache of models.</param>
    /// <param name="rounds">The number of rounds of 5 ms.</param>
    /// <param name="predictions">The number of predictions whose total processor time is measured.</param>
    public static async Task<IReadOnlyList<IOutcome>> RunAsync(string folder, int rounds, int predictions)
    {
        var rows = CreateRows();
        var baseline = await CreateBaselineAsync(rows);
        await using var plain = await StartAsync(folder, static _ => { });
        await using var monitored = await StartAsync(folder, builder => builder.Services
            .AddSingleton(provider => CreateCollector(provider, baseline))
            .AddSingleton<IPredictionObserver>(static provider => provider.GetRequiredService<PredictionCollector>()));
        var (without, with) = (plain.Get<ThirtyFeatures, EchoAnswer>(Name), monitored.Get<ThirtyFeatures, EchoAnswer>(Name));
        var collector = monitored.Services.GetRequiredService<PredictionCollector>();

        var (times, allocated) = Calls.Measure(1, rounds, Settle, () => Predict(without, rows), () => Predict(with, rows));
        var added = times[1].Zip(times[0], static (one, other) => one - other).ToArray();
        var (low, high) = Calls.Interval(added);
        var before = MeasureTotal(Predict(without, rows), predictions, static () => { });
        var total = MeasureTotal(Predict(with, rows), predictions, Settle) - before;

        var windows = await new WindowStore(monitored.Services.GetRequiredService<IArtifactStore>(), TimeProvider.System)
            .ReadAsync(Name, DateTimeOffset.MinValue.AddYears(1), DateTimeOffset.MaxValue, null, CancellationToken.None).ToListAsync();
        var (seen, dropped) = (windows.Sum(static window => window.Predictions), windows.Sum(static window => window.Dropped));
        return
        [
            new Figure(
                "Monitoring of a prediction of 30 numbers, added on the request path",
                "≤ 100 ns, 0 B",
                string.Create(CultureInfo.InvariantCulture, $"{Calls.Median(added):0} ns ({low:0} to {high:0}), {allocated[1]:0.##} B"),
                low <= Tolerance * MostNanoseconds && allocated[1] < 0.01,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Processor time of the calling thread: median and 95 % interval of {rounds} rounds. Without monitoring: {Calls.Median(times[0]):0} ns.")),
            new Figure(
                "Monitoring of a prediction of 30 numbers, total processor time",
                "≤ 3.5 µs",
                string.Create(CultureInfo.InvariantCulture, $"{total:0.00} µs"),
                total <= MostMicroseconds,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Processor time of the process with a baseline, checkpoints every {Slice:N0} predictions into memory; {seen:N0} predictions, "
                        + $"{dropped:N0} dropped.")),
        ];

        void Settle() => collector.FlushAsync(CancellationToken.None).ConfigureAwait(false).GetAwaiter().GetResult();
    }

    private static Action<int> Predict(IModel<ThirtyFeatures, EchoAnswer> model, ThirtyFeatures[] rows)
    {
        var answer = new EchoAnswer();
        return call => model.Predict(rows[call & (Rows - 1)], answer);
    }

    /// <summary>Measures the processor time of the process for each call, in microseconds.</summary>
    private static double MeasureTotal(Action<int> call, int count, Action settle)
    {
        using var process = Process.GetCurrentProcess();
        var started = process.TotalProcessorTime;
        for (var row = 0; row < count; row++)
        {
            call(row);
            if (row % Slice == Slice - 1)
            {
                settle();
            }
        }

        settle();
        process.Refresh();
        return (process.TotalProcessorTime - started).TotalMicroseconds / count;
    }

    private static async Task<ModelService> StartAsync(string folder, Action<MlOpsBuilder> build)
    {
        var file = Path.Combine(folder, "thirty.txt");
        await File.WriteAllTextAsync(file, Name);
        var service = new ModelService(folder, builder => build(builder.AddModelLoader<ThirtyLoader>().AddModel<ThirtyFeatures, EchoAnswer>(Name)));
        await service.PromoteAsync(Name, Name, file);
        await service.StartAsync();
        return service;
    }

    private static PredictionCollector CreateCollector(IServiceProvider provider, WindowBaseline baseline) => new(
        provider.GetRequiredService<IArtifactStore>(),
        new MonitoringInstance(TimeProvider.System),
        static _ => new WindowOptions(),
        _ => baseline,
        [],
        static _ => null,
        provider.GetRequiredService<IMeterFactory>(),
        TimeProvider.System,
        NullLogger<PredictionCollector>.Instance);

    private static ThirtyFeatures[] CreateRows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Rows).Select(_ => ThirtyFeatures.From([.. Enumerable.Range(0, 30).Select(_ => random.NextSingle())]))];
    }

    private static async Task<WindowBaseline> CreateBaselineAsync(ThirtyFeatures[] rows)
    {
        var writer = new RowWriter<ThirtyFeatures>();
        var batch = new RowBatch(writer.Columns, rows.Length) { Count = rows.Length };
        for (var row = 0; row < rows.Length; row++)
        {
            writer.Write(rows[row], batch, row);
        }

        return new WindowBaseline(await DataProfile.CreateAsync(new BatchSource(batch)), Outputs: null);
    }

    private sealed class BatchSource(RowBatch batch) : IRowSource
    {
        public IReadOnlyList<RowColumn> Columns => batch.Columns;

        public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return batch;
        }
    }

    private sealed class ThirtyLoader : IModelLoader
    {
        public string Format => Name;

        public Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default) => Task.FromResult<ILoadedModel>(new Thirty());
    }

    private sealed class Thirty : ILoadedModel
    {
        public ModelSignature Signature { get; } = new() { Inputs = [], Outputs = [] };

        public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs) => inputs;

        public IPredictor<TInput, TOutput> CreatePredictor<TInput, TOutput>()
            where TInput : class
            where TOutput : class, new() =>
            (IPredictor<TInput, TOutput>)(object)new ThirtyPredictor();

        public void Dispose()
        {
        }
    }

    private sealed class ThirtyPredictor : IPredictor<ThirtyFeatures, EchoAnswer>
    {
        public void Predict(ThirtyFeatures input, EchoAnswer output) => output.Y = input.F0;

        public void Predict(ReadOnlySpan<ThirtyFeatures> inputs, ReadOnlySpan<EchoAnswer> outputs)
        {
            for (var row = 0; row < inputs.Length; row++)
            {
                Predict(inputs[row], outputs[row]);
            }
        }

        public void Dispose()
        {
        }
    }
}
