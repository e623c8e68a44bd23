using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace MlOps.Models;

/// <summary>The reference model of irises as an ML.NET pipeline: trained on the same rows, then given the weights of the ONNX file.</summary>
internal static class IrisModel
{
    private const int Features = 4;
    private const int Classes = 3;
    private static readonly Lazy<byte[]> s_zip = new(Create);

    public static string PathTo(string file) => Path.Combine(AppContext.BaseDirectory, "models", file);

    public static byte[] ToZip() => s_zip.Value;

    public static IEnumerable<IrisRow> ReadRows(string file) => File.ReadLines(PathTo(file)).Skip(1).Select(static line =>
    {
        float[] values = [.. line.Split(',').Select(static value => float.Parse(value, CultureInfo.InvariantCulture))];
        return new IrisRow { Measures = values[..Features], Species = (int)values[Features] };
    });

    private static byte[] Create()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(ReadRows("iris_logreg.train.csv"));
        var model = context.Transforms.Conversion
            .MapValueToKey("target", "species", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("target", "features"))
            .Append(context.Transforms.Conversion.MapKeyToValue("label", "PredictedLabel"))
            .Append(context.Transforms.CopyColumns("probabilities", "Score"))
            .Fit(data);
        SetWeights(model.OfType<MulticlassPredictionTransformer<MaximumEntropyModelParameters>>().Single().Model);

        using var zip = new MemoryStream();
        context.Model.Save(model, data.Schema, zip);
        return zip.ToArray();
    }

    /// <summary>Replaces the trained weights through reflection, because ML.NET has no public API for it.</summary>
    private static void SetWeights(MaximumEntropyModelParameters model)
    {
        var weights = FindFloats("W", Features * Classes);
        var biases = FindFloats("b", Classes);
        biases.CopyTo(GetField<float[]>(model), 0);
        var vectors = GetField<VBuffer<float>[]>(model);
        for (var i = 0; i < Classes; i++)
        {
            vectors[i] = new VBuffer<float>(Features, [.. Enumerable.Range(0, Features).Select(feature => weights[(feature * Classes) + i])]);
        }
    }

    private static T GetField<T>(object owner)
    {
        for (var type = owner.GetType(); type is not null; type = type.BaseType)
        {
            var field = Array.Find(
                type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly), static field => field.FieldType == typeof(
                    T) && !field.Name.Contains("Dense", StringComparison.Ordinal));
            if (field?.GetValue(owner) is T value)
            {
                return value;
            }
        }

        throw new MissingFieldException(owner.GetType().Name, typeof(T).Name);
    }

    /// <summary>Finds a tensor of the ONNX file by its name and its raw data, fields 8 and 9 of TensorProto: <c>42 len name 4A len bytes</c>.</summary>
    private static float[] FindFloats(string name, int count)
    {
        byte[] header = [0x42, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 0x4A, (byte)(count * sizeof(float))];
        var file = File.ReadAllBytes(PathTo("iris_logreg.onnx"));
        var start = file.AsSpan().IndexOf(header) + header.Length;
        return MemoryMarshal.Cast<byte, float>(file.AsSpan(start, count * sizeof(float))).ToArray();
    }
}
