using System.Globalization;
using System.Text.Json.Nodes;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Reads tensors from JSON: a value, an array of values, or arrays of arrays.</summary>
internal static class TensorJson
{
    /// <summary>Reads a tensor. Omitted leading dimensions, such as that of a single row, become 1.</summary>
    /// <param name="json">The values.</param>
    /// <param name="feature">The feature that the values belong to.</param>
    /// <exception cref="ArgumentException">A value is not valid for the feature. The message names the feature and the value.</exception>
    public static ModelTensor Read(JsonNode? json, ModelFeature feature)
    {
        var shape = new List<long>();
        for (var node = json; node is JsonArray array; node = array.Count > 0 ? array[0] : null)
        {
            shape.Add(array.Count);
        }

        try
        {
            if (!IsRegular(json, [.. shape]))
            {
                throw new FormatException("the arrays have different lengths or depths. Use arrays of equal length in each dimension.");
            }

            var elements = Flatten(json).ToArray();
            while (shape.Count < feature.Shape.Count)
            {
                shape.Insert(0, 1);
            }

            return new ModelTensor(ToArray(elements, feature.Type), shape);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new ArgumentException($"the value of '{feature.Name}' is not a tensor of {feature.Type}: {exception.Message}", exception);
        }
    }

    /// <summary>Lists the values in row-major order.</summary>
    /// <exception cref="FormatException">The JSON contains an object.</exception>
    public static IEnumerable<JsonValue?> Flatten(JsonNode? json) => json switch
    {
        JsonArray array => array.SelectMany(Flatten),
        JsonObject => throw new FormatException("a JSON object is not a valid value. Use a value, or arrays of values."),
        _ => [(JsonValue?)json],
    };

    /// <summary>Reads a value of a feature type.</summary>
    /// <exception cref="FormatException">The value is not valid for the type.</exception>
    public static object Read(JsonValue? value, FeatureType type)
    {
        var text = value?.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => value.GetValue<string>(),
            null => type is FeatureType.Float32 or FeatureType.Float64 or FeatureType.Float16 ? "NaN"
                : throw new FormatException($"null is not a valid {type} value."),
            _ => value.ToJsonString(),
        };
        return type switch
        {
            FeatureType.Boolean => bool.Parse(text),
            FeatureType.Int8 => Parse<sbyte>(text),
            FeatureType.Int16 => Parse<short>(text),
            FeatureType.Int32 => Parse<int>(text),
            FeatureType.Int64 => Parse<long>(text),
            FeatureType.UInt8 => Parse<byte>(text),
            FeatureType.UInt16 => Parse<ushort>(text),
            FeatureType.UInt32 => Parse<uint>(text),
            FeatureType.UInt64 => Parse<ulong>(text),
            FeatureType.Float16 => Parse<Half>(text),
            FeatureType.Float32 => Parse<float>(text),
            FeatureType.Float64 => Parse<double>(text),
            FeatureType.String => text,
            FeatureType.DateTime => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
            FeatureType.Binary => Convert.FromBase64String(text),
            _ => throw new FormatException($"values of type {type} cannot be read from JSON."),
        };
    }

    private static bool IsRegular(JsonNode? json, ReadOnlySpan<long> shape)
    {
        if (json is not JsonArray array)
        {
            return shape.IsEmpty;
        }

        if (shape.IsEmpty || array.Count != shape[0])
        {
            return false;
        }

        foreach (var item in array)
        {
            if (!IsRegular(item, shape[1..]))
            {
                return false;
            }
        }

        return true;
    }

    private static Array ToArray(JsonValue?[] values, FeatureType type) => type switch
    {
        FeatureType.Boolean => Cast<bool>(values, type),
        FeatureType.Int8 => Cast<sbyte>(values, type),
        FeatureType.Int16 => Cast<short>(values, type),
        FeatureType.Int32 => Cast<int>(values, type),
        FeatureType.Int64 => Cast<long>(values, type),
        FeatureType.UInt8 => Cast<byte>(values, type),
        FeatureType.UInt16 => Cast<ushort>(values, type),
        FeatureType.UInt32 => Cast<uint>(values, type),
        FeatureType.UInt64 => Cast<ulong>(values, type),
        FeatureType.Float16 => Cast<Half>(values, type),
        FeatureType.Float32 => Cast<float>(values, type),
        FeatureType.Float64 => Cast<double>(values, type),
        FeatureType.String => Cast<string>(values, type),
        FeatureType.DateTime => Cast<DateTimeOffset>(values, type),
        FeatureType.Binary => Cast<byte[]>(values, type),
        _ => throw new FormatException($"values of type {type} cannot be read from JSON."),
    };

    private static T[] Cast<T>(JsonValue?[] values, FeatureType type) => Array.ConvertAll(values, value => (T)Read(value, type));

    /// <summary>Parses a number. Integers may have a fraction of zero, such as 3.0, because some JSON serializers write them like this.</summary>
    private static T Parse<T>(string text)
        where T : System.Numerics.INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException(
            $"'{text}' is not a valid {typeof(T).Name} value. Use a number in the range of {typeof(T).Name}.");
}
