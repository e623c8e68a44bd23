using System.Text.Json.Serialization;

namespace MlOps.Monitoring.Evaluation;

/// <summary>The JSON format of evaluations. NaN and infinities are texts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WindowEvaluation))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
