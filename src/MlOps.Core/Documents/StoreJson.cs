using System.Text.Json.Serialization;

namespace MlOps.Documents;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ConditionVerdictsDocument))]
[JsonSerializable(typeof(StoreMarkerDocument))]
internal sealed partial class StoreJson : JsonSerializerContext;
