using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Azure;
using Azure.Storage.Blobs.Models;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Converts artifact attributes to and from blob attributes.</summary>
internal static class BlobAttributes
{
    /// <summary>The metadata key of the SHA-256 of the content, in hexadecimal.</summary>
    public const string Sha256Key = ArtifactMetadata.ReservedPrefix + "sha256";

    /// <summary>The metadata key of a unique value, by which a retry recognizes its own write after a lost response.</summary>
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

    public static ArtifactInfo ToInfo(ArtifactPath path, Response<BlobProperties> properties)
    {
        var response = properties.GetRawResponse();
        ThrowIfPage(response);
        var size = GetLength(response) ?? throw new FormatException("The response to HEAD has no Content-Length.");
        return ToInfo(path, size, response, properties.Value.ContentType, properties.Value.Metadata);
    }

    /// <summary>Reads the attributes from the headers of a response, because the SDK converts missing headers to zeros.</summary>
    /// <exception cref="FormatException">A required header is missing.</exception>
    public static ArtifactInfo ToInfo(ArtifactPath path, long size, Response response, string? contentType, IDictionary<string, string> metadata) => new()
    {
        Path = path,
        Size = size,
        ETag = ToText(response.Headers.TryGetValue("ETag", out var eTag) ? new ETag(eTag) : default),
        LastModified = response.Headers.TryGetValue("Last-Modified", out var text)
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var lastModified)
                ? lastModified
                : throw new FormatException($"The Last-Modified of the response is '{text}'."),
        ContentType = string.IsNullOrEmpty(contentType) ? ArtifactWriteOptions.DefaultContentType : contentType,
        Metadata = metadata
                .Where(static entry => !entry.Key.StartsWith(ArtifactMetadata.ReservedPrefix, StringComparison.Ordinal))
                .ToDictionary(static entry => entry.Key, static entry => ArtifactMetadata.Decode(entry.Value), StringComparer.Ordinal),
        Sha256 = ToDigest(path, metadata),
    };

    /// <summary>Gets the size of the whole blob from a response to GET.</summary>
    /// <returns>The size, or <see langword="null"/> if the response contains the whole blob and does not state its length.</returns>
    /// <exception cref="FormatException">The response is not a valid Azure response to the request.</exception>
    public static long? GetSize(Response response, ArtifactRange? requested)
    {
        ThrowIfPage(response);
        if (requested is null && response.Status == (int)HttpStatusCode.OK)
        {
            return GetLength(response);
        }

        var text = response.Headers.TryGetValue("Content-Range", out var sent) ? sent : null;
        var range = response.Status == (int)HttpStatusCode.PartialContent
            && ContentRangeHeaderValue.TryParse(text, out var parsed)
            && parsed is { HasLength: true, HasRange: true }
            ? parsed
            : null;
        return range is not null && range.From == (requested?.Offset ?? 0) && (requested is not null || range.To + 1 == range.Length)
            ? range.Length
            : throw new FormatException(
                $"The bytes from {requested?.Offset ?? 0} on were requested, but the response has status {response.Status} and the Content-Range '{text}'. "
                + "A proxy may ignore ranges.");
    }

    /// <summary>Removes quotes, which listings omit, and the <c>W/</c> that compressing proxies add.</summary>
    /// <exception cref="FormatException">There is no ETag.</exception>
    public static string ToText(ETag eTag)
    {
        var text = eTag == default ? "" : eTag.ToString();
        text = (text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text).Trim('"');
        return text.Length > 0 ? text : throw new FormatException("The response has no ETag.");
    }

    /// <summary>Adds quotes. Converts text that cannot be the ETag of a version, such as <c>*</c>, to an ETag that matches no version.</summary>
    public static ETag ToETag(string text) =>
        new(text is "*" || text.Contains('"', StringComparison.Ordinal) || text.Any(char.IsControl) ? "\"0x0\"" : $"\"{text}\"");

    private static long? GetLength(Response response) =>
        response.Headers.ContentLengthLong is var length && length is not < 0
            ? length
            : throw new FormatException($"The Content-Length of the response is {response.Headers.ContentLengthLong}.");

    /// <summary>Rejects a web page, which may have an ETag and a length but has no headers of Azure.</summary>
    private static void ThrowIfPage(Response response)
    {
        if (IsPage(response))
        {
            throw new FormatException($"The response has the type '{response.Headers.ContentType}' and no x-ms-request-id.");
        }
    }

    /// <summary>Determines whether a response is a web page of another server.</summary>
    public static bool IsPage(Response response) =>
        response.Headers.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true
        && !response.Headers.Any(static header => header.Name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase));

    /// <summary>Parses the recorded digest. A malformed digest is an error, because the content cannot be verified.</summary>
    private static Sha256Digest? ToDigest(ArtifactPath path, IDictionary<string, string> metadata) =>
        !metadata.TryGetValue(Sha256Key, out var text) ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest
        : throw new ArtifactIntegrityException(
            path, expected: null, actual: null, $"The header x-ms-meta-{Sha256Key} is '{text}', which is not a SHA-256, so the content cannot be verified.");
}
