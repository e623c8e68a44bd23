using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Serving;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures the first request after a model is ready, each in a new process, and hundreds of lazy models under a memory budget.</summary>
internal static class StartBenchmarks
{
    public const string Command = "first-request";
    private const int Budgeted = 50;
    private static readonly string[] s_paths = ["synchronous", "asynchronous", "tensors", "batch", "refused", "micro-batch"];

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        var forest = Forest.Train(folder);
        var onnx = Path.Combine(AppContext.BaseDirectory, "models", "breast_cancer_rf.onnx");
        var outcomes = new List<IOutcome>();
        foreach (var (format, file) in new[] { ("mlnet", forest.File), ("onnx", onnx) })
        {
            foreach (var path in s_paths)
            {
                outcomes.Add(await MeasureFirstAsync(format, file, path, scale));
            }
        }

        outcomes.Add(await MeasureLazyAsync(folder, onnx, scale.LazyModels));
        return outcomes;
    }

    /// <summary>Runs in the child process: starts a service, and writes the time of the first and of the median prediction, in nanoseconds.</summary>
    public static async Task RunFirstAsync(string format, string file, string path)
    {
        var folder = Directory.CreateTempSubdirectory("first-request-").FullName;
        try
        {
            await using var service = new ModelService(folder, builder => builder.AddMLNetModels().AddOnnxModels()
                .AddModel<ThirtyFeatures, TumourAnswer>("mlnet", options => Configure(options, path))
                    .AddModel<ThirtyFeatures, SwapBenchmarks.Answer>("onnx", options => Configure(options, path)));
            await service.PromoteAsync(format, format, file, Forest.Signature);
            await service.Services.GetRequiredKeyedService<IModel>(format).ReloadAsync();
            var times = format == "mlnet"
                ? await TimeAsync(service.Get<ThirtyFeatures, TumourAnswer>("mlnet"), path)
                : await TimeAsync(service.Get<ThirtyFeatures, SwapBenchmarks.Answer>("onnx"), path);
            Console.WriteLine(JsonSerializer.Serialize(times));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Configure(ServedModelOptions options, string path) => options.MaxBatchSize = path == "micro-batch" ? 16 : 1;

    private static async Task<double[]> TimeAsync<TOutput>(IModel<ThirtyFeatures, TOutput> model, string path)
        where TOutput : class, new()
    {
        var (row, refused, output) = (new ThirtyFeatures(), new ThirtyFeatures { F3 = float.NaN }, new TOutput());
        ThirtyFeatures[] rows = [row, row];
        TOutput[] outputs = [output, new TOutput()];
        var predictions = new Prediction<TOutput>[2];
        var inputs = model.Name == "onnx"
            ? new Dictionary<string, ModelTensor> { ["features"] = new(new float[30], new long[] { 1, 30 }) }
            : Forest.Signature.Inputs.ToDictionary(static input => input.Name, static _ => new ModelTensor(new float[1], new long[] { 1 }));
        Func<Task> predict = path switch
        {
            "synchronous" => Run(() => model.Predict(row, output)),
            "asynchronous" or "micro-batch" => () => model.PredictAsync(row, output),
            "tensors" => Run(() => model.Predict(inputs)),
            "batch" => Run(() => model.Predict(rows, outputs, predictions)),
            _ => Run(() =>
            {
                try
                {
                    model.Predict(refused, output);
                }
                catch (Validation.InvalidInputException)
                {
                }
            }),
        };

        // Compile the code of the caller and of the clock first, so that only the code of the model is measured.
        System.Runtime.CompilerServices.RuntimeHelpers.PrepareDelegate(predict);
        await Run(static () => { })();
        await Task.Delay(TimeSpan.FromMilliseconds(50)); // compiles the rest of this method, and lets the load complete
        _ = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp()).TotalNanoseconds;
        var times = new double[2_000];
        for (var call = 0; call < times.Length; call++)
        {
            var started = Stopwatch.GetTimestamp();
            await predict();
            times[call] = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        }

        return [times[0], Calls.Median(times[^500..])];
    }

    private static Func<Task> Run(Action predict)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.PrepareDelegate(predict);
        return () =>
        {
            predict();
            return Task.CompletedTask;
        };
    }

    private static async Task<IOutcome> MeasureFirstAsync(string format, string file, string path, ServingScale scale)
    {
        await Console.Error.WriteLineAsync($"first request, {format}, {path}");
        var runs = new List<double[]>();
        for (var run = 0; run < scale.Processes; run++)
        {
            var start = new ProcessStartInfo(
                "dotnet", [typeof(StartBenchmarks).Assembly.Location, Command, format, file, path])
            { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            runs.Add(JsonSerializer.Deserialize<double[]>(output)!);
        }

        var (first, steady) = (Median(0) / 1e6, Median(1) / 1e3);
        return new Figure(
            $"First prediction after ready, {format}, {path}",
            "≤ 1 ms",
            string.Create(CultureInfo.InvariantCulture, $"{first:0.000} ms"),
            first <= 1.05,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{scale.Processes} new processes, whose first predictions took {runs.Min(static run => run[0]) / 1e6:0.000} to "
                    + $"{runs.Max(static run => run[0]) / 1e6:0.000} ms. Later ones take a median of {steady:0.0} µs."));

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
                    builder.AddModel<ThirtyFeatures, SwapBenchmarks.Answer>($"model-{number}", static options => options.Start = ModelStartMode.Lazy);
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
            string.Create(CultureInfo.InvariantCulture, $"Asked one after the other; the first answer of each, from fetching its files to its "
                + $"prediction: median {Calls.Median(times):0.0} ms, worst {times.Max():0} ms. The process holds {process.WorkingSet64 >> 20} MiB."));
    }
}
