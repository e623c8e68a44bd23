using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Monitoring.Windows;

/// <summary>Maps tensors to columns. The first observed tensors determine the number of columns of each feature.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class TensorLayout
{
    private readonly List<Part> _parts = [];

    public TensorLayout(IReadOnlyList<ModelFeature> features, IReadOnlyDictionary<string, ModelTensor>? tensors, int rows)
    {
        var columns = new List<RowColumn>();
        var warnings = new List<string>();
        foreach (var feature in features)
        {
            if (feature.Type is FeatureType.Binary or FeatureType.Float16 or FeatureType.BFloat16)
            {
                warnings.Add($"'{feature.Name}' is not profiled, because values of the type {feature.Type} are not supported.");
                continue;
            }

            var names = tensors?.GetValueOrDefault(feature.Name) is { } tensor && tensor.Values.Length >= rows
                ? [.. SignatureColumns.Names(feature.Name, tensor.Values.Length / rows)]
                : SignatureColumns.Names([feature]);
            _parts.Add(new Part(feature.Name, columns.Count, names.Count, feature.Type == FeatureType.String));
            columns.AddRange(names.Select(name => new RowColumn(name, feature.Type == FeatureType.String)));
        }

        Columns = columns;
        Warnings = warnings;
    }

    public IReadOnlyList<RowColumn> Columns { get; }

    /// <summary>Gets the features that are not profiled, each with the reason.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Gets the number of rows of tensors: the first dimension of an input whose number of rows the signature leaves open.</summary>
    public static int CountRows(IReadOnlyList<ModelFeature> features, IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        foreach (var feature in features)
        {
            if (feature.Shape is [null, ..] && tensors.TryGetValue(feature.Name, out var tensor) && tensor.Shape is [>= 0 and var rows, ..])
            {
                return (int)Math.Min(rows, int.MaxValue);
            }
        }

        return 1;
    }

    /// <summary>Copies a row. Absent tensors, and tensors with another number of rows or elements, are missing values.</summary>
    public void Write(IReadOnlyDictionary<string, ModelTensor> tensors, int row, int rows, RowBatch batch, int index)
    {
        foreach (var part in _parts)
        {
            var values = tensors.GetValueOrDefault(part.Name)?.Values;
            var first = row * part.Width;
            if (values is null || values.Length != (long)rows * part.Width)
            {
                values = null;
            }

            for (var element = 0; element < part.Width; element++)
            {
                if (part.IsText)
                {
                    batch.Texts(part.Column + element)[index] = (values as string[])?[first + element];
                }
                else
                {
                    batch.Numbers(part.Column + element)[index] = ReadNumber(values, first + element);
                }
            }
        }
    }

    private static double ReadNumber(Array? values, int index) => values switch
    {
        float[] numbers => numbers[index],
        double[] numbers => numbers[index],
        long[] numbers => numbers[index],
        int[] numbers => numbers[index],
        short[] numbers => numbers[index],
        bool[] numbers => numbers[index] ? 1 : 0,
        byte[] numbers => numbers[index],
        sbyte[] numbers => numbers[index],
        ushort[] numbers => numbers[index],
        uint[] numbers => numbers[index],
        ulong[] numbers => numbers[index],
        DateTimeOffset[] times => (times[index] - DateTimeOffset.UnixEpoch).TotalSeconds,
        _ => RowBatch.Missing,
    };

    /// <param name="Name">The name of the feature.</param>
    /// <param name="Column">The index of its first column.</param>
    /// <param name="Width">The number of its columns.</param>
    /// <param name="IsText">Whether its values are texts.</param>
    private readonly record struct Part(string Name, int Column, int Width, bool IsText);
}
