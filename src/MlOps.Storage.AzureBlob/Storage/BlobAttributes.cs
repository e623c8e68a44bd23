using Azure;
using Azure.Storage.Blobs.Models;

namespace MlOps.Storage;

/// <summary>Converts between an artifact's attributes and a blob's.</summary>
internal static class BlobAttributes
{
    /// <summary>The metadata key that holds the SHA-256 of the content, in hexadecimal.</summary>
    public const string Sha256Key = ArtifactMetadata.ReservedPrefix + "sha256";

    /// <summary>The metadata key that holds a number of the write's own, by which a retry recognises a write whose first answer was lost.</summary>
    public const string WriteKey = ArtifactMetadata.ReservedPrefix + "write";

    public static Dictionary<string, string> ToBlobMetadata(IReadOnlyDictionary<string, string> metadata, Sha256Digest digest, string? write)
    {
        var blobMetadata = metadata.ToDictionary(static entry => entry.Key, static entry => ArtifactMetadata.Encode(entry.Value));
        blobMetadata.Add(Sha256Key, digest.ToString());
        if (write is not null)
        {
            blobMetadata.Add(WriteKey, write);
        }

        return blobMetadata;
    }

    public static ArtifactInfo ToInfo(ArtifactPath path, BlobProperties properties) =>
        ToInfo(path, properties.ContentLength, properties.ETag, properties.LastModified, properties.ContentType, properties.Metadata);

    public static ArtifactInfo ToInfo(
        ArtifactPath path, long size, ETag eTag, DateTimeOffset lastModified, string? contentType, IDictionary<string, string> metadata) => new()
        {
            Path = path,
            Size = size,
            ETag = ToText(eTag),
            LastModified = lastModified,
            ContentType = string.IsNullOrEmpty(contentType) ? ArtifactWriteOptions.DefaultContentType : contentType,
            Metadata = metadata
                .Where(static entry => !entry.Key.StartsWith(ArtifactMetadata.ReservedPrefix, StringComparison.Ordinal))
                .ToDictionary(static entry => entry.Key, static entry => ArtifactMetadata.Decode(entry.Value), StringComparer.Ordinal),
            Sha256 = metadata.TryGetValue(Sha256Key, out var text) && Sha256Digest.TryParse(text, out var digest) ? digest : null,
        };

    /// <summary>Takes the quotes off: a listing tells the tag without them, everything else with.</summary>
    public static string ToText(ETag eTag) => eTag.ToString().Trim('"');

    /// <summary>Puts the quotes on. Azure's tags are <c>0x</c> and digits; anything else, such as <c>*</c>, must match nothing.</summary>
    public static ETag ToETag(string text) => new(text.All(char.IsAsciiLetterOrDigit) ? $"\"{text}\"" : "\"0x0\"");
}
