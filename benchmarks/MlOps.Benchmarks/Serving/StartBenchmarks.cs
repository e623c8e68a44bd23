using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using MlOps.Serving;

namespace MlOps.Benchmarks.Serving;

/// <summary>The first request after a model is ready, each time in a new process, and hundreds of lazy models under a budget.</summary>
internal static class StartBenchmarks
{
    public const string Command = "first-request";
    private const int Budgeted = 50;

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        var forest = Forest.Train(folder);
        var onnx = Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_rf.onnx");
        return
        [
            await MeasureFirstAsync("mlnet", forest.File, scale),
            await MeasureFirstAsync("onnx", onnx, scale),
            await MeasureLazyAsync(folder, onnx, scale.LazyModels),
        ];
    }

    /// <summary>Runs in the child process: starts a service, predicts, and writes the nanoseconds of the first prediction and of the median one after many.</summary>
    public static async Task RunFirstAsync(string format, string file)
    {
        var folder = Directory.CreateTempSubdirectory("first-request-").FullName;
        try
        {
            await using var service = new ModelService(folder, static builder =>
                builder.AddMLNetModels().AddOnnxModels().AddModel<ThirtyFeatures, TumourAnswer>("mlnet").AddModel<ThirtyFeatures, SwapBenchmarks.Answer>("onnx"), null);
            await service.PromoteAsync(format, format, file, Forest.Signature);
            var row = new ThirtyFeatures();
            var (trees, network) = (new TumourAnswer(), new SwapBenchmarks.Answer());
            var (ofTrees, ofNetwork) = (service.Get<ThirtyFeatures, TumourAnswer>("mlnet"), service.Get<ThirtyFeatures, SwapBenchmarks.Answer>("onnx"));
            await service.Services.GetRequiredKeyedService<IModel>(format).ReloadAsync();
            var (first, median) = Time(format == "mlnet" ? () => ofTrees.Predict(row, trees) : () => ofNetwork.Predict(row, network));
            var raw = format == "mlnet" ? TimeRaw(file) : 0;
            Console.WriteLine(JsonSerializer.Serialize(new[] { first, median, raw }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (double First, double Median) Time(Action predict)
    {
        // The caller's own code, and that of the clock, are compiled before; what is measured is the model's.
        System.Runtime.CompilerServices.RuntimeHelpers.PrepareDelegate(predict);
        _ = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp()).TotalNanoseconds;
        var times = new double[20_000];
        for (var call = 0; call < times.Length; call++)
        {
            var started = Stopwatch.GetTimestamp();
            predict();
            times[call] = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        }

        return (times[0], Calls.Median(times[^1_000..]));
    }

    private static double TimeRaw(string file)
    {
        var context = new MLContext();
        var model = context.Model.Load(file, out _);
        var started = Stopwatch.GetTimestamp();
        context.Model.CreatePredictionEngine<ThirtyFeatures, TumourAnswer>(model).Predict(new ThirtyFeatures());
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds;
    }

    private static async Task<IOutcome> MeasureFirstAsync(string format, string file, ServingScale scale)
    {
        await Console.Error.WriteLineAsync($"first request, {format}");
        var runs = new List<double[]>();
        for (var run = 0; run < scale.Processes; run++)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(StartBenchmarks).Assembly.Location, Command, format, file]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            runs.Add(JsonSerializer.Deserialize<double[]>(output)!);
        }

        var (first, steady, ratio) = (Median(0), Median(1), Calls.Median([.. runs.Select(static run => run[0] / run[1])]));
        var compared = format == "mlnet"
            ? string.Create(CultureInfo.InvariantCulture, $" A PredictionEngine made in the request takes {Median(2) / 1e6:0.0} ms for its first.")
            : "";
        return new Figure(
            $"First request after ready, {format}",
            "≤ 2× the steady median",
            string.Create(CultureInfo.InvariantCulture, $"{ratio:0.0}×"),
            ratio <= 2,
            string.Create(CultureInfo.InvariantCulture, $"{scale.Processes} new processes: {first / 1e3:0.0} µs against a median of {steady / 1e3:0.0} µs.{compared}"));

        double Median(int index) => Calls.Median([.. runs.Select(run => run[index])]);
    }

    private static async Task<IOutcome> MeasureLazyAsync(string folder, string file, int count)
    {
        await Console.Error.WriteLineAsync("lazy models");
        var size = new FileInfo(file).Length;
        await using var service = new ModelService(
            folder,
            builder =>
            {
                builder.AddOnnxModels();
                for (var number = 0; number < count; number++)
                {
                    builder.AddModel<ThirtyFeatures, SwapBenchmarks.Answer>($"model-{number}", static options => options.Start = ModelStart.Lazy);
                }
            },
            Budgeted * size);
        for (var number = 0; number < count; number++)
        {
            await service.PromoteAsync($"model-{number}", "onnx", file, Forest.Signature);
        }

        var times = new double[count];
        for (var number = 0; number < count; number++)
        {
            var started = Stopwatch.GetTimestamp();
            await service.Get<ThirtyFeatures, SwapBenchmarks.Answer>($"model-{number}").PredictAsync(new ThirtyFeatures());
            times[number] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        var loaded = service.Services.GetServices<IModel>().Count(static model => model.Status.ReadyVersion is not null);
        using var process = Process.GetCurrentProcess();
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"{count} lazy ONNX models under a budget of {Budgeted}"),
            string.Create(CultureInfo.InvariantCulture, $"all answer, at most {Budgeted} loaded"),
            string.Create(CultureInfo.InvariantCulture, $"all answered, {loaded} loaded"),
            loaded <= Budgeted,
            string.Create(CultureInfo.InvariantCulture, $"Asked one after the other; the first answer of each, from fetching its files to its prediction: median {Calls.Median(times):0.0} ms, worst {times.Max():0} ms. The process holds {process.WorkingSet64 >> 20} MiB."));
    }
}
