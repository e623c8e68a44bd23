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

    /// <summary>Gets the type of each value, or <see langword="null"/> if it is no tensor or one of values that no feature has.</summary>
    public FeatureType? Type { get; private init; }

    public TensorElementType Element { get; private init; }

    /// <summary>Gets the lengths of the dimensions, -1 for any length; empty for one value, and for an output whose shape the model does not specify.</summary>
    public IReadOnlyList<long> Shape { get; private init; } = [];

    /// <summary>
    /// Gets the type of the names of classes, if the output is a sequence of maps from classes to probabilities, which is read as a tensor [rows, classes].
    /// </summary>
    public FeatureType? Keys { get; private init; }

    /// <summary>Gets a value indicating whether the input has a default and may be left out.</summary>
    public bool IsOptional { get; private init; }

    /// <summary>Gets a value indicating whether all its values belong to one call instead of one row.</summary>
    public bool IsPerCall { get; init; }

    /// <summary>Gets the type and shape for messages.</summary>
    public string Description =>
        _description ?? $"{Type?.ToString() ?? Element.ToString()} [{string.Join(", ", Shape.Select(Describe))}]{(Keys is null ? "" : " by class")}";

    /// <summary>Gets a value indicating whether its values have a type in .NET.</summary>
    public bool IsMappable => Type is not null and not FeatureType.BFloat16;

    /// <summary>Gets a value indicating whether it takes or gives one row at a time only.</summary>
    public bool IsSingleRow => !IsPerCall && Shape is [1, ..];

    /// <summary>
    /// Gets a value indicating whether several lengths of a row's, or a call's, dimensions are unknown, so that the number of values does not determine them.
    /// </summary>
    public bool HasSeveralFreeLengths => ValueLengths.Count(static length => length == Any) > 1;

    /// <summary>Gets the number of values in a row, or in a call; <see langword="null"/> if the model does not say.</summary>
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

    /// <summary>Makes the shape of a number of rows, of which each has a number of values; of a tensor per call, the shape of all its values.</summary>
    public long[] ShapeOf(int rows, long width)
    {
        var known = ValueLengths.Where(static length => length != Any).Aggregate(1L, static (product, length) => product * length);
        var lengths = ValueLengths.Select(length => length == Any ? (known == 0 ? 0 : width / known) : length);
        return IsPerCall ? [.. lengths] : [rows, .. lengths];
    }

    /// <summary>Determines whether a shape, in which -1 is any length, fits. A tensor whose shape the model does not specify takes any.</summary>
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
                Type = OnnxElements.Find(metadata.ElementDataType),
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
        _ => "something that is no tensor",
    };
}
