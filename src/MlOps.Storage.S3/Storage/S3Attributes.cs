using System.Net;
using System.Net.Http.Headers;
using Amazon.Runtime;
using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Converts artifact attributes to and from object headers.</summary>
internal static class S3Attributes
{
    private const string MetadataPrefix = "x-amz-meta-";
    private const string DigestHeader = MetadataPrefix + "mlops-sha256";
    private const string NonceHeader = MetadataPrefix + "mlops-write";

    /// <summary>Sets the attributes of a new object, including the nonce by which its writer recognizes it.</summary>
    public static void Set(MetadataCollection metadata, ArtifactWriteOptions options, Sha256Digest? digest, string nonce)
    {
        foreach (var (key, value) in options.Metadata)
        {
            // Ceph and moto return '-' for '_', and some proxies remove headers with '_'. Keys do not contain '-'.
            metadata[MetadataPrefix + key.Replace('_', '-')] = ArtifactMetadata.Encode(value);
        }

        metadata[NonceHeader] = nonce;
        if (digest is { } known)
        {
            metadata[DigestHeader] = known.ToString();
        }
    }

    public static string? GetNonce(MetadataCollection metadata) => metadata[NonceHeader];

    /// <summary>Removes quotes from an ETag, and the <c>W/</c> that compressing proxies add. Servers differ in the use of quotes.</summary>
    /// <exception cref="FormatException">There is no ETag.</exception>
    public static string Unquote(string? eTag)
    {
        var strong = eTag?.StartsWith("W/", StringComparison.Ordinal) is true ? eTag[2..] : eTag;
        var text = strong is ['"', .., '"'] ? strong[1..^1] : strong;
        return string.IsNullOrEmpty(text) ? throw new FormatException("The response has no ETag.") : text;
    }

    /// <summary>Adds the quotes that HTTP requires to an ETag.</summary>
    public static string Quote(string eTag) => eTag.EndsWith('"') ? eTag : $"\"{eTag}\"";

    public static ArtifactInfo ToInfo(ArtifactPath path, GetObjectMetadataResponse response)
    {
        ThrowIfWebPage(response, response.Headers.ContentType, response.Metadata);
        var size = response.HttpStatusCode == HttpStatusCode.OK ? GetLength(response.Headers) : null;
        return ToInfo(
            path,
            size ?? throw new FormatException($"The response to HEAD has status {(int)response.HttpStatusCode} and no Content-Length."),
            response.ETag,
            response.LastModified,
            response.Headers.ContentType,
            response.Metadata);
    }

    public static ArtifactInfo ToInfo(ArtifactPath path, long size, GetObjectResponse response) =>
        ToInfo(path, size, response.ETag, response.LastModified, response.Headers.ContentType, response.Metadata);

    /// <summary>Gets the size of the whole object from a response to GET.</summary>
    /// <returns>The size, or <see langword="null"/> if the response contains the whole object and does not state its length.</returns>
    /// <exception cref="FormatException">The response is not a valid S3 response to the request.</exception>
    public static long? GetSize(GetObjectResponse response, ArtifactRange? requested)
    {
        ThrowIfWebPage(response, response.Headers.ContentType, response.Metadata);
        if (requested is null && response.HttpStatusCode == HttpStatusCode.OK)
        {
            return GetLength(response.Headers);
        }

        var offset = requested?.Offset ?? 0;
        return response.HttpStatusCode == HttpStatusCode.PartialContent
            && ContentRangeHeaderValue.TryParse(response.ContentRange, out var range)
            && range.HasLength
            && range.From == offset
            && (requested is not null || range.To + 1 == range.Length)
            ? range.Length
            : throw new FormatException(
                $"The bytes from {offset} on were requested, but the response has status {(int)response.HttpStatusCode} "
                + $"and the Content-Range '{response.ContentRange}'. "
                + "The server or a proxy may ignore ranges.");
    }

    /// <summary>Gets the ETag of a written object. An S3 response has no body, unlike a web page.</summary>
    public static string GetETag(AmazonWebServiceResponse response, string? eTag) =>
        response.ContentLength > 0 && string.IsNullOrEmpty(response.ResponseMetadata?.RequestId)
            ? throw new FormatException($"The response to the write has a body of {response.ContentLength} bytes and no x-amz-request-id.")
            : Unquote(eTag);

    public static ArtifactEntry ToEntry(ArtifactPath path, S3Object found) => new()
    {
        Path = path,
        Size = found.Size is >= 0 and { } size ? size : throw new FormatException($"The list contains no valid size of '{path}'."),
        ETag = Unquote(found.ETag),
        LastModified = ToTime(found.LastModified),
    };

    private static DateTimeOffset ToTime(DateTime? time) =>
        time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : throw new FormatException("The response has no Last-Modified.");

    private static long? GetLength(HeadersCollection headers) =>
        string.IsNullOrEmpty(headers["Content-Length"]) ? null
        : headers.ContentLength is >= 0 and var length ? length
        : throw new FormatException($"The Content-Length of the response is {headers.ContentLength}.");

    /// <summary>Rejects a web page, which may have an ETag and a length but has neither a request ID nor metadata.</summary>
    private static void ThrowIfWebPage(AmazonWebServiceResponse response, string? contentType, MetadataCollection metadata)
    {
        if (IsWebPage(contentType) && string.IsNullOrEmpty(response.ResponseMetadata?.RequestId) && metadata.Count == 0)
        {
            throw new FormatException($"The response has the type '{contentType}' and no x-amz-request-id.");
        }
    }

    private static bool IsWebPage(string? contentType) =>
        contentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true
        || contentType?.StartsWith("application/xhtml", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Parses the recorded digest. A malformed digest is an error, because the content cannot be verified.</summary>
    private static Sha256Digest? ToDigest(ArtifactPath path, string? text) =>
        text is null ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest
        : throw new ArtifactIntegrityException(
            path, expected: null, actual: null, $"The header {DigestHeader} is '{text}', which is not a SHA-256, so the content cannot be verified.");

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
