using System.Globalization;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>An artifact's attributes as S3 keeps them: headers of the object.</summary>
internal static class S3Attributes
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const string DigestHeader = MetadataPrefix + "mlops-sha256";
    private const string NonceHeader = MetadataPrefix + "mlops-write";

    /// <summary>Sets the attributes of an object that is to be written, among them the nonce by which its writer recognises it.</summary>
    public static void Set(MetadataCollection metadata, ArtifactWriteOptions options, Sha256Digest? digest, string nonce)
    {
        foreach (var (key, value) in options.Metadata)
        {
            // Ceph and moto answer with '-' for every '_', and some proxies drop headers with '_'; keys have no '-' of their own.
            metadata[MetadataPrefix + key.Replace('_', '-')] = ArtifactMetadata.Encode(value);
        }

        metadata[NonceHeader] = nonce;
        if (digest is { } known)
        {
            metadata[DigestHeader] = known.ToString();
        }
    }

    public static string? GetNonce(MetadataCollection metadata) => metadata[NonceHeader];

    /// <summary>Takes the quotes off an ETag: servers differ in where they put them and in where they accept them.</summary>
    public static string Unquote(string? eTag) => eTag is ['"', .., '"'] ? eTag[1..^1] : eTag ?? "";

    /// <summary>Puts an ETag in quotes, as HTTP has it.</summary>
    public static string Quote(string eTag) => eTag.EndsWith('"') ? eTag : $"\"{eTag}\"";

    public static ArtifactInfo ToInfo(ArtifactPath path, GetObjectMetadataResponse response) =>
        ToInfo(path, response.ContentLength, response.ETag, response.LastModified, response.Headers.ContentType, response.Metadata);

    public static ArtifactInfo ToInfo(ArtifactPath path, GetObjectResponse response) =>
        ToInfo(path, GetSize(response), response.ETag, response.LastModified, response.Headers.ContentType, response.Metadata);

    /// <summary>Refuses an answer that is not the range asked for: a server or a proxy that ignores ranges sends the object from its first byte.</summary>
    public static void ThrowIfNotFrom(long offset, GetObjectResponse response)
    {
        var sent = response.ContentRange is { } range && range.StartsWith($"bytes {offset}-", StringComparison.OrdinalIgnoreCase);
        if (!sent)
        {
            response.Dispose();
            throw new ProviderException(
                S3Errors.Provider,
                "read",
                isTransient: false,
                $"The server was asked for the bytes of '{response.Key}' from {offset} on and answered with '{response.ContentRange ?? "all of them"}'. "
                + "It, or a proxy before it, ignores ranges; use another.");
        }
    }

    public static DateTimeOffset ToTime(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : default;

    /// <summary>Gets the size of the whole object from <c>bytes 0-9/100</c>.</summary>
    private static long GetSize(GetObjectResponse response) =>
        response.ContentRange is { } range && long.TryParse(range.AsSpan(range.IndexOf('/', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out var size)
            ? size
            : response.ContentLength;

    private static ArtifactInfo ToInfo(ArtifactPath path, long size, string eTag, DateTime? lastModified, string? contentType, MetadataCollection metadata)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in metadata.Keys)
        {
            var name = key[MetadataPrefix.Length..].Replace('-', '_');
            if (!name.StartsWith(ArtifactMetadata.ReservedPrefix, StringComparison.Ordinal))
            {
                own[name] = ArtifactMetadata.Decode(metadata[key]);
            }
        }

        return new ArtifactInfo
        {
            Path = path,
            Size = size,
            ETag = Unquote(eTag),
            LastModified = ToTime(lastModified),
            ContentType = string.IsNullOrEmpty(contentType) ? ArtifactWriteOptions.DefaultContentType : contentType,
            Metadata = own,
            Sha256 = Sha256Digest.TryParse(metadata[DigestHeader], out var digest) ? digest : null,
        };
    }
}
