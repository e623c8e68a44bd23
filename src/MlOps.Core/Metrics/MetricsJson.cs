using System.Text.Json.Serialization;

namespace MlOps.Metrics;

/// <summary>The JSON serialization of metric segments and lines.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(MetricColumn))]
[JsonSerializable(typeof(JsonLine))]
internal sealed partial class MetricsJson : JsonSerializerContext;
