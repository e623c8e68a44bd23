using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Serving;

namespace ScoringService;

/// <summary>How this service reads and writes JSON: names in snake case, so that a field is named as the column of the training data it stands for.</summary>
internal static class JsonConventions
{
    /// <summary>Gets the options for values that are read and written apart from requests and responses.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets options to the conventions.</summary>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;

        // JSON has no numbers for NaN and the infinities; as texts they reach the validation, which knows what the model allows.
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter<FeatureType>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new JsonStringEnumConverter<ServedVersionState>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolverChain.Insert(0, ServiceJson.Default);
        return options;
    }
}
