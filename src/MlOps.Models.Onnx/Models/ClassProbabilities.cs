using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>Reads the output of the ZipMap operator, a sequence of maps from classes to probabilities, as a tensor <c>[rows, classes]</c>.</summary>
internal static class ClassProbabilities
{
    /// <summary>Finds the type of the classes.</summary>
    /// <returns><see cref="FeatureType.Int64"/> or <see cref="FeatureType.String"/>, or <see langword="null"/> if the sequence has other elements.</returns>
    public static FeatureType? FindKeys(NodeMetadata sequence)
    {
        var element = sequence.AsSequenceMetadata().ElementMeta;
        if (element.OnnxValueType != OnnxValueType.ONNX_TYPE_MAP
            || element.AsMapMetadata() is not { ValueMetadata: { IsTensor: true, ElementDataType: TensorElementType.Float } } map)
        {
            return null;
        }

        return map.KeyDataType switch
        {
            TensorElementType.Int64 => FeatureType.Int64,
            TensorElementType.String => FeatureType.String,
            _ => null,
        };
    }

    /// <summary>Reads the probabilities, in the order of the classes.</summary>
    /// <exception cref="InvalidDataException">The rows have different classes.</exception>
    public static ModelTensor Read(OnnxTensor output, OrtValue sequence)
    {
        var rows = sequence.GetValueCount();
        string[] labels = [];
        float[] values = [];
        for (var row = 0; row < rows; row++)
        {
            using var map = sequence.GetValue(row, OrtAllocator.DefaultInstance);
            using var keys = map.GetValue(0, OrtAllocator.DefaultInstance);
            using var probabilities = map.GetValue(1, OrtAllocator.DefaultInstance);
            var own = ReadKeys(output, keys);
            if (row == 0)
            {
                labels = own;
                values = new float[(long)rows * labels.Length];
            }
            else if (!own.AsSpan().SequenceEqual(labels))
            {
                throw new InvalidDataException(
                    $"Output '{output.Name}' has the classes {string.Join(", ", labels)} in row 0, but {string.Join(", ", own)} in row {row}.");
            }

            probabilities.GetTensorDataAsSpan<float>().CopyTo(values.AsSpan(row * labels.Length));
        }

        return new ModelTensor(values, [rows, labels.Length]) { Labels = labels };
    }

    private static string[] ReadKeys(OnnxTensor output, OrtValue keys) => output.Keys == FeatureType.String
        ? keys.GetStringTensorAsArray()
        : Array.ConvertAll(keys.GetTensorDataAsSpan<long>().ToArray(), static key => key.ToString(CultureInfo.InvariantCulture));
}
