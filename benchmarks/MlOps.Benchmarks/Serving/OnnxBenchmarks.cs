using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlOps.Models;

namespace MlOps.Benchmarks.Serving;

/// <summary>Measures the prediction of one row with ONNX Runtime: with values bound once, with the usual calls, and with the library.</summary>
internal sealed class OnnxBenchmarks : IDisposable
{
    private const double MostNanosecondsOver = 100;

    private readonly string _name;
    private readonly float[][] _rows;
    private readonly int _classes;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _runOptions = new();
    private readonly float[] _features;
    private readonly long[] _label = new long[1];
    private readonly float[] _probabilities;
    private readonly OrtValue[] _bound;

    private OnnxBenchmarks(string name)
    {
        _name = name;
        var models = Path.Combine(AppContext.BaseDirectory, "models");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(models, $"{name}.expected.json")));
        _rows = expected.RootElement.GetProperty("inputs").Deserialize<float[][]>()!;
        _classes = expected.RootElement.GetProperty("expected").GetProperty("probabilities")[0].GetArrayLength();
        _features = new float[_rows[0].Length];
        _probabilities = new float[_classes];
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        _session = new InferenceSession(Path.Combine(models, $"{name}.onnx"), options);
        _binding = _session.CreateIoBinding();
        _bound =
        [
            OrtValue.CreateTensorValueFromMemory(_features, [1, _features.Length]),
            OrtValue.CreateTensorValueFromMemory(_label, [1]),
            OrtValue.CreateTensorValueFromMemory(_probabilities, [1, _classes]),
        ];
        _binding.BindInput("features", _bound[0]);
        _binding.BindOutput("label", _bound[1]);
        _binding.BindOutput("probabilities", _bound[2]);
    }

    public static async Task<IEnumerable<IOutcome>> RunAsync(string folder, ServingScale scale)
    {
        var outcomes = new List<IOutcome>();
        foreach (var name in new[] { "breast_cancer_rf", "iris_logreg" })
        {
            await Console.Error.WriteLineAsync(name);
            using var benchmark = new OnnxBenchmarks(name);
            outcomes.AddRange(await benchmark.MeasureAsync(Path.Combine(folder, name), scale));
        }

        return outcomes;
    }

    public void Dispose()
    {
        _binding.Dispose();
        Array.ForEach(_bound, static value => value.Dispose());
        _runOptions.Dispose();
        _session.Dispose();
    }

    private async Task<IEnumerable<IOutcome>> MeasureAsync(string folder, ServingScale scale)
    {
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "models", $"{_name}.onnx"), Path.Combine(folder, "model.onnx"));
        using var model = await new OnnxModelLoader().LoadAsync(new ModelSource { Model = _name, Version = 1, Folder = folder, Signature = NameColumns() });
        using var ofArrays = model.CreatePredictor<Row, Answer>();
        using var ofProperties = model.CreatePredictor<ThirtyFeatures, Answer>();
        Row[] arrays = [.. _rows.Select(static row => new Row { Features = row })];
        var properties = Array.ConvertAll(_rows, ThirtyFeatures.From);
        var answer = new Answer();
        long sum = 0;
        Action<int>[] contenders =
        [
            call => sum += PredictBound(_rows[call % _rows.Length]),
            call =>
            {
                ofArrays.Predict(arrays[call % arrays.Length], answer);
                sum += answer.Label;
            },
            call =>
            {
                ofProperties.Predict(properties[call % properties.Length], answer);
                sum += answer.Label;
            },
            call => sum += PredictNamed(_rows[call % _rows.Length]),
        ];
        var (times, allocated) = Calls.Measure(
            threads: 1, scale.Rounds, Array.ConvertAll<Action<int>, Func<Action<int>>>(contenders, static contender => () => contender));
        GC.KeepAlive(sum);

        return ToOutcomes(times, allocated, scale.Rounds);
    }

    private IEnumerable<IOutcome> ToOutcomes(double[][] times, double[] allocated, int rounds)
    {
        string Show(int contender) => string.Create(CultureInfo.InvariantCulture, $"{Calls.Median(times[contender]):#,0} ns, {allocated[contender]:#,0.#} B");

        foreach (var (ours, what) in new[] { (1, "an array"), (2, $"{_features.Length} properties") })
        {
            var over = Calls.Over(times[ours], times[0]);
            yield return new Figure(
                $"{_name}: our predictor, rows of {what}, over the best raw use of ONNX Runtime",
                "≤ 100 ns, 0 B",
                string.Create(CultureInfo.InvariantCulture, $"{over:0} ns, {allocated[ours]:0.#} B"),
                over <= MostNanosecondsOver && allocated[ours] < 1,
                $"One row of {_features.Length} features a call, one thread, by turns in {rounds} rounds; "
                    + $"the median over the rounds of the difference. Values bound once by hand: {Show(0)}; ours: {Show(ours)}.");
        }

        yield return new Figure(
            $"{_name}: our predictor against the usual NamedOnnxValue code",
            "less time, fewer bytes",
            $"{Show(1)} against {Show(3)}",
            Calls.Median(times[1]) < Calls.Median(times[3]) && allocated[1] < allocated[3],
            "Rows of an array, in the same run.");
    }

    /// <summary>Creates the signature that maps properties to the columns of the tensor.</summary>
    private ModelSignature NameColumns() => new()
    {
        Inputs = [.. Enumerable.Range(0, _features.Length).Select(static i => new ModelFeature { Name = $"f{i}", Type = FeatureType.Float32 })],
        Outputs = [],
    };

    private long PredictBound(float[] row)
    {
        row.CopyTo(_features, 0);
        _session.RunWithBinding(_runOptions, _binding);
        return _label[0];
    }

    private long PredictNamed(float[] row)
    {
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("features", new DenseTensor<float>(row, [1, row.Length]))]);
        var label = results[0].AsTensor<long>()[0];
        _ = results[1].AsTensor<float>()[0];
        return label;
    }

    private sealed class Row
    {
        public required float[] Features { get; init; }
    }

    private sealed class Answer
    {
        public long Label { get; set; }

        public float[]? Probabilities { get; set; }
    }
}
