using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
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

    /// <summary>Takes the quotes off an ETag, and the <c>W/</c> that compressing proxies add: servers differ in where they put and accept quotes.</summary>
    /// <exception cref="FormatException">There is no ETag.</exception>
    public static string Unquote(string? eTag)
    {
        var strong = eTag?.StartsWith("W/", StringComparison.Ordinal) is true ? eTag[2..] : eTag;
        var text = strong is ['"', .., '"'] ? strong[1..^1] : strong;
        return string.IsNullOrEmpty(text) ? throw new FormatException("The answer has no ETag.") : text;
    }

    /// <summary>Puts an ETag in quotes, as HTTP has it.</summary>
    public static string Quote(string eTag) => eTag.EndsWith('"') ? eTag : $"\"{eTag}\"";

    public static ArtifactInfo ToInfo(ArtifactPath path, GetObjectMetadataResponse response)
    {
        ThrowIfPage(response, response.Headers.ContentType, response.Metadata);
        var size = response.HttpStatusCode == HttpStatusCode.OK ? GetLength(response.Headers) : null;
        return ToInfo(
            path,
            size ?? throw new FormatException($"The answer to HEAD has status {(int)response.HttpStatusCode} and no Content-Length."),
            response.ETag,
            response.LastModified,
            response.Headers.ContentType,
            response.Metadata);
    }

    public static ArtifactInfo ToInfo(ArtifactPath path, long size, GetObjectResponse response) =>
        ToInfo(path, size, response.ETag, response.LastModified, response.Headers.ContentType, response.Metadata);

    /// <summary>Gets the size of the whole object, of which an answer to GET brings everything from an offset on or a shorter run.</summary>
    /// <returns>The size; <see langword="null"/> if the answer brings the whole object and does not state its length.</returns>
    /// <exception cref="FormatException">The answer is not one of S3 to this request.</exception>
    public static long? GetSize(GetObjectResponse response, ArtifactRange? asked)
    {
        ThrowIfPage(response, response.Headers.ContentType, response.Metadata);
        if (asked is null && response.HttpStatusCode == HttpStatusCode.OK)
        {
            return GetLength(response.Headers);
        }

        var offset = asked?.Offset ?? 0;
        return response.HttpStatusCode == HttpStatusCode.PartialContent
            && ContentRangeHeaderValue.TryParse(response.ContentRange, out var range)
            && range.HasLength
            && range.From == offset
            && (asked is not null || range.To + 1 == range.Length)
            ? range.Length
            : throw new FormatException(
                $"The bytes from {offset} on were requested, and the answer has status {(int)response.HttpStatusCode} and the Content-Range '{response.ContentRange}'. "
                + "A server or a proxy that ignores ranges answers so.");
    }

    /// <summary>Gets the ETag of what was written; S3's answer has no body, and a web page does.</summary>
    public static string GetETag(AmazonWebServiceResponse response, string? eTag) =>
        response.ContentLength > 0 && string.IsNullOrEmpty(response.ResponseMetadata?.RequestId)
            ? throw new FormatException($"The answer to the write has a body of {response.ContentLength} bytes and no x-amz-request-id.")
            : Unquote(eTag);

    public static ArtifactEntry ToEntry(ArtifactPath path, S3Object found) => new()
    {
        Path = path,
        Size = found.Size is >= 0 and { } size ? size : throw new FormatException($"The list states no valid size of '{path}'."),
        ETag = Unquote(found.ETag),
        LastModified = ToTime(found.LastModified),
    };

    private static DateTimeOffset ToTime(DateTime? time) =>
        time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : throw new FormatException("The answer has no Last-Modified.");

    private static long? GetLength(HeadersCollection headers) =>
        string.IsNullOrEmpty(headers["Content-Length"]) ? null
        : headers.ContentLength is >= 0 and var length ? length
        : throw new FormatException($"The answer's Content-Length is {headers.ContentLength}.");

    /// <summary>Refuses a web page: a server for browsers gives its pages ETags and lengths, but neither a request ID nor metadata.</summary>
    private static void ThrowIfPage(AmazonWebServiceResponse response, string? contentType, MetadataCollection metadata)
    {
        if (IsPage(contentType) && string.IsNullOrEmpty(response.ResponseMetadata?.RequestId) && metadata.Count == 0)
        {
            throw new FormatException($"The answer is of type '{contentType}' and has no x-amz-request-id.");
        }
    }

    private static bool IsPage(string? contentType) =>
        contentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true || contentType?.StartsWith("application/xhtml", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Reads the recorded digest; one that cannot be read leaves the content unverifiable.</summary>
    private static Sha256Digest? ToDigest(ArtifactPath path, string? text) =>
        text is null ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest
        : throw new ArtifactIntegrityException(path, expected: null, actual: null, $"Its header {DigestHeader} is '{text}', which is no SHA-256, so that they cannot be verified.");

    private static ArtifactInfo ToInfo(ArtifactPath path, long size, string? eTag, DateTime? lastModified, string? contentType, MetadataCollection metadata)
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
            Sha256 = ToDigest(path, metadata[DigestHeader]),
        };
    }
}
