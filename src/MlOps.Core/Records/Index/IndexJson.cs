using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>The JSON of indexes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(IndexShardDocument))]
internal sealed partial class IndexJson : JsonSerializerContext;
