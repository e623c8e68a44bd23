using System.Text.Json.Serialization;

namespace MlOps.Storage;

/// <summary>The JSON document with the attributes in the file of an artifact.</summary>
internal sealed class ArtifactFileAttributes
{
    public required int Format { get; init; }

    public required long Size { get; init; }

    public required string Sha256 { get; init; }

    [JsonPropertyName("etag")]
    public required string ETag { get; init; }

    public required DateTimeOffset Written { get; init; }

    public required string ContentType { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ArtifactFileAttributes))]
internal sealed partial class ArtifactFileJson : JsonSerializerContext;
