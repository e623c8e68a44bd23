using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The JSON serialization of documents in the local cache.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(CamelCaseEnumConverter<FeatureType>), typeof(CamelCaseEnumConverter<ModelVersionStatus>)])]
[JsonSerializable(typeof(LocalVersionDocument))]
[JsonSerializable(typeof(IReadOnlyList<GoldenExample>))]
internal sealed partial class ServingJson : JsonSerializerContext;
