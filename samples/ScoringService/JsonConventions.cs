using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Serving;

namespace ScoringService;

/// <summary>The JSON conventions of this service: names in snake case, as the columns of the training data.</summary>
internal static class JsonConventions
{
    /// <summary>Gets the options for values that are not part of a request or response.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Applies the conventions to options.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;

        // JSON has no NaN and no infinite numbers. They are sent as text, and the input schema decides whether they are valid.
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter<FeatureType>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<ServedVersionState>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolverChain.Insert(0, ServiceJson.Default);
        return options;
    }
}
