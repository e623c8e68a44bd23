using System.Text.Json.Serialization;

namespace MlOps.Metrics;

/// <summary>How documents and lines of metrics are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(MetricColumn))]
[JsonSerializable(typeof(MetricLine))]
internal sealed partial class MetricsJson : JsonSerializerContext;
