using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>An input or output of an ONNX model.</summary>
internal sealed class OnnxTensor
{
    private const long Any = -1;

    public required string Name { get; init; }

    /// <summary>Gets the type of each value, or <see langword="null"/> if it is no tensor or one of values that no feature has.</summary>
    public FeatureType? Type { get; private init; }

    public TensorElementType Element { get; private init; }

    /// <summary>Gets the lengths of the dimensions, -1 for any; empty if the model does not say or it is a single value.</summary>
    public IReadOnlyList<long> Shape { get; private init; } = [];

    /// <summary>Gets what it is, for messages.</summary>
    public required string Description { get; init; }

    /// <summary>Gets a value indicating whether its values have a type in .NET.</summary>
    public bool IsMappable => Type is not null and not FeatureType.BFloat16;

    /// <summary>Gets a value indicating whether the first dimension can be that of the rows.</summary>
    public bool HasRows => Shape is [Any or 1, ..];

    /// <summary>Gets a value indicating whether it takes or gives one row at a time only.</summary>
    public bool IsSingleRow => Shape is [1, ..];

    /// <summary>Gets the number of values in a row; <see langword="null"/> if the model does not say.</summary>
    public long? Width => Shape.Count == 0 || Shape.Skip(1).Contains(Any) ? null : Shape.Skip(1).Aggregate(1L, static (product, length) => product * length);

    public static OnnxTensor From(string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
        {
            return new OnnxTensor { Name = name, Description = Describe(metadata.OnnxValueType) };
        }

        var element = metadata.ElementDataType;
        long[] shape = [.. metadata.Dimensions.Select(static length => (long)length)];
        var type = OnnxElements.Find(element);
        return new OnnxTensor
        {
            Name = name,
            Type = type,
            Element = element,
            Shape = shape,
            Description = $"{type?.ToString() ?? element.ToString()} [{string.Join(", ", shape.Select(static length => length == Any ? "any" : length.ToString(CultureInfo.InvariantCulture)))}]",
        };
    }

    public ModelFeature ToFeature() => new()
    {
        Name = Name,
        Type = Type!.Value,
        Shape = [.. Shape.Select(static length => length == Any ? (long?)null : length)],
    };

    /// <summary>Makes the shape of a number of rows, of which each has a number of values.</summary>
    public long[] ShapeOf(int rows, long width)
    {
        var known = Shape.Skip(1).Where(static length => length != Any).Aggregate(1L, static (product, length) => product * length);
        return [rows, .. Shape.Skip(1).Select(length => length == Any ? (known == 0 ? 0 : width / known) : length)];
    }

    private static string Describe(OnnxValueType type) => type switch
    {
        OnnxValueType.ONNX_TYPE_SEQUENCE => "a sequence",
        OnnxValueType.ONNX_TYPE_MAP => "a map",
        OnnxValueType.ONNX_TYPE_SPARSETENSOR => "a sparse tensor",
        OnnxValueType.ONNX_TYPE_OPTIONAL => "an optional value",
        _ => "something that is no tensor",
    };
}
