using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Models;
using MlOps.Serving;
using ScoringService.Models;
using ScoringService.Operation;
using ScoringService.Predictions;

namespace ScoringService;

/// <summary>How this service reads and writes JSON: names in snake case, so that a field is named as the column of the training data it stands for.</summary>
[JsonSerializable(typeof(TumorMeasurements))]
[JsonSerializable(typeof(PredictionAnswer))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(TensorRequest))]
[JsonSerializable(typeof(TensorAnswer))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(AliasAnswer))]
[JsonSerializable(typeof(ModelStatus[]))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ServiceJson : JsonSerializerContext
{
    /// <summary>Gets the options for values that are read and written apart from requests and responses.</summary>
    public static JsonSerializerOptions Web { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets the options of the service.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
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
        options.TypeInfoResolverChain.Insert(0, Default);
        return options;
    }
}
