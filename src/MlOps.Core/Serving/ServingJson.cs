using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>How the documents of the local cache are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(CamelCaseNames<FeatureType>), typeof(CamelCaseNames<ModelVersionStatus>)])]
[JsonSerializable(typeof(LocalVersionDocument))]
[JsonSerializable(typeof(IReadOnlyList<GoldenExample>))]
internal sealed partial class ServingJson : JsonSerializerContext;
