using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlOps.Models;

namespace ScoringService.Models;

/// <summary>A tensor as JSON: its type, the lengths of its dimensions, and its values in row-major order.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TensorDocument(FeatureType Type, long[] Shape, JsonElement Values)
{
    public static TensorDocument Of(ModelTensor tensor)
    {
        var values = JsonSerializer.SerializeToElement(tensor.Values, JsonConventions.Options.GetTypeInfo(tensor.Values.GetType()));
        return new TensorDocument(tensor.Type, [.. tensor.Shape], values);
    }

    /// <exception cref="ArgumentException">A value does not have the type, or the number of values does not match the shape.</exception>
    public ModelTensor ToTensor(string name)
    {
        try
        {
            return new ModelTensor(Read(), Shape);
        }
        catch (Exception exception) when (exception is JsonException or OverflowException or ArgumentException)
        {
            throw new ArgumentException($"The input '{name}' is not a tensor of {Type}: {exception.Message}", exception);
        }
    }

    private Array Read() => Type switch
    {
        FeatureType.Boolean => Read<bool>(),
        FeatureType.Int32 => Read<int>(),
        FeatureType.Int64 => Read<long>(),
        FeatureType.Float32 => Read<float>(),
        FeatureType.Float64 => Read<double>(),
        FeatureType.String => Read<string>(),
        _ => throw new ArgumentException("This service supports Boolean, Int32, Int64, Float32, Float64 and String."),
    };

    private T[] Read<T>() =>
        Values.Deserialize((JsonTypeInfo<T[]>)JsonConventions.Options.GetTypeInfo(typeof(T[]))) ?? throw new ArgumentException("The values are null.");
}
