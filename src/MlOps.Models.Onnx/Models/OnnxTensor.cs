using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MlOps.Models;

/// <summary>An input or output of an ONNX model.</summary>
internal sealed record OnnxTensor
{
    private const long Any = -1;
    private string? _description;

    public required string Name { get; init; }

    /// <summary>Gets the type of the values, or <see langword="null"/> if the input or output is not a tensor or its type is not supported.</summary>
    public FeatureType? Type { get; private init; }

    public TensorElementType Element { get; private init; }

    /// <summary>Gets the dimensions; -1 is a variable dimension. It is empty for a single value, and for an output without a declared shape.</summary>
    public IReadOnlyList<long> Shape { get; private init; } = [];

    /// <summary>Gets the type of the classes if the output is a sequence of maps from classes to probabilities; otherwise, <see langword="null"/>.</summary>
    /// <remarks>Such an output is read as a tensor <c>[rows, classes]</c>.</remarks>
    public FeatureType? Keys { get; private init; }

    /// <summary>Gets a value indicating whether the input has a default value and may be omitted.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>Gets a value indicating whether the tensor has no dimension for rows, so that its values belong to the whole call.</summary>
    public bool IsPerCall { get; init; }

    /// <summary>Gets the type and shape for messages.</summary>
    public string Description =>
        _description ?? $"{Type?.ToString() ?? Element.ToString()} [{string.Join(", ", Shape.Select(Describe))}]{(Keys is null ? "" : " by class")}";

    /// <summary>Gets a value indicating whether .NET has a type for the values.</summary>
    public bool IsMappable => Type is not null and not FeatureType.BFloat16;

    /// <summary>Gets a value indicating whether the tensor always has one row.</summary>
    public bool IsSingleRow => !IsPerCall && Shape is [1, ..];

    /// <summary>Gets a value indicating whether a row, or a call, has several variable dimensions.</summary>
    /// <remarks>The number of values does not determine the lengths of such dimensions.</remarks>
    public bool HasSeveralFreeLengths => ValueLengths.Count(static length => length == Any) > 1;

    /// <summary>Gets the number of values in a row, or in a call, or <see langword="null"/> if it is variable.</summary>
    public long? Width =>
        (Shape.Count == 0 && !IsPerCall) || ValueLengths.Contains(Any) ? null : ValueLengths.Aggregate(1L, static (product, length) => product * length);

    private IEnumerable<long> ValueLengths => IsPerCall ? Shape : Shape.Skip(1);

    public static OnnxTensor FromInput(string name, NodeMetadata metadata, bool isOptional)
    {
        var tensor = From(name, metadata);
        return tensor with { IsOptional = isOptional, IsPerCall = isOptional || tensor.Shape is not [Any or 1, ..] };
    }

    public static OnnxTensor FromOutput(string name, NodeMetadata metadata)
    {
        var tensor = From(name, metadata);
        return tensor with { IsPerCall = tensor.Shape is [not Any and not 1, ..] };
    }

    public ModelFeature ToFeature() => new()
    {
        Name = Name,
        Type = Type!.Value,
        Shape = [.. Shape.Select(static length => length == Any ? (long?)null : length)],
        IsOptional = IsOptional,
    };

    /// <summary>Computes the shape of a tensor.</summary>
    /// <param name="rows">The number of rows. It is ignored for a tensor of a whole call.</param>
    /// <param name="width">The number of values in a row, or in the call.</param>
    public long[] ShapeOf(int rows, long width)
    {
        var known = ValueLengths.Where(static length => length != Any).Aggregate(1L, static (product, length) => product * length);
        var lengths = ValueLengths.Select(length => length == Any ? (known == 0 ? 0 : width / known) : length);
        return IsPerCall ? [.. lengths] : [rows, .. lengths];
    }

    /// <summary>Determines whether a shape is compatible with the declared shape. Without a declared shape, all shapes are compatible.</summary>
    /// <param name="shape">The shape; -1 is a variable dimension.</param>
    public bool Accepts(IReadOnlyList<long> shape) =>
        Shape.Count == 0 || (shape.Count == Shape.Count && Shape.Zip(shape)
            .All(static pair => pair.First == Any || pair.Second == Any || pair.First == pair.Second));

    /// <summary>Replaces unknown lengths by those of a shape that fits.</summary>
    public OnnxTensor WithShape(IReadOnlyList<long> shape) =>
        this with { Shape = [.. shape.Select((length, i) => length == Any && i < Shape.Count ? Shape[i] : length)] };

    private static OnnxTensor From(string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE && ClassProbabilities.FindKeys(metadata) is { } keys)
        {
            return new OnnxTensor { Name = name, Type = FeatureType.Float32, Element = TensorElementType.Float, Shape = [Any, Any], Keys = keys };
        }

        return metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR
            ? new OnnxTensor { Name = name, _description = Describe(metadata.OnnxValueType) }
            : new OnnxTensor
            {
                Name = name,
                Type = OnnxElementTypes.Find(metadata.ElementDataType),
                Element = metadata.ElementDataType,
                Shape = [.. metadata.Dimensions.Select(static length => (long)length)],
            };
    }

    private static string Describe(long length) => length == Any ? "any" : length.ToString(CultureInfo.InvariantCulture);

    private static string Describe(OnnxValueType type) => type switch
    {
        OnnxValueType.ONNX_TYPE_SEQUENCE => "a sequence",
        OnnxValueType.ONNX_TYPE_MAP => "a map",
        OnnxValueType.ONNX_TYPE_SPARSETENSOR => "a sparse tensor",
        OnnxValueType.ONNX_TYPE_OPTIONAL => "an optional value",
        _ => "not a tensor",
    };
}
