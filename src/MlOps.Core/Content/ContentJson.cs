using System.Text.Json.Serialization;

namespace MlOps.Content;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DeletionMarkDocument))]
internal sealed partial class ContentJson : JsonSerializerContext;
