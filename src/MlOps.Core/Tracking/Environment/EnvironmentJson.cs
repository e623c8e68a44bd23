using System.Text.Json.Serialization;

namespace MlOps.Tracking;

/// <summary>The JSON serialization of environments.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EnvironmentDocument))]
internal sealed partial class EnvironmentJson : JsonSerializerContext;
