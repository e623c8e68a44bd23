using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Azure;
using Azure.Storage.Blobs.Models;
using MlOps.Providers;

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

    public static ArtifactInfo ToInfo(ArtifactPath path, Response<BlobProperties> response)
    {
        var answer = response.GetRawResponse();
        ThrowIfPage(answer);
        var size = GetLength(answer) ?? throw new FormatException("The answer to HEAD has no Content-Length.");
        return ToInfo(path, size, answer, response.Value.ContentType, response.Value.Metadata);
    }

    /// <summary>Reads the attributes from the answer's headers, as the SDK turns absent ones into zeros.</summary>
    /// <exception cref="FormatException">The answer lacks a header that Azure always sends.</exception>
    public static ArtifactInfo ToInfo(ArtifactPath path, long size, Response answer, string? contentType, IDictionary<string, string> metadata) => new()
    {
        Path = path,
        Size = size,
        ETag = ToText(answer.Headers.TryGetValue("ETag", out var eTag) ? new ETag(eTag) : default),
        LastModified = answer.Headers.TryGetValue("Last-Modified", out var text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var lastModified)
                ? lastModified
                : throw new FormatException($"The answer's Last-Modified is '{text}'."),
        ContentType = string.IsNullOrEmpty(contentType) ? ArtifactWriteOptions.DefaultContentType : contentType,
        Metadata = metadata
                .Where(static entry => !entry.Key.StartsWith(ArtifactMetadata.ReservedPrefix, StringComparison.Ordinal))
                .ToDictionary(static entry => entry.Key, static entry => ArtifactMetadata.Decode(entry.Value), StringComparer.Ordinal),
        Sha256 = ToDigest(path, metadata),
    };

    /// <summary>Gets the size of the whole blob, of which an answer to GET brings everything from an offset on or a shorter run.</summary>
    /// <returns>The size; <see langword="null"/> if the answer brings the whole blob and does not state its length.</returns>
    /// <exception cref="FormatException">The answer is not one of Azure to this request.</exception>
    public static long? GetSize(Response answer, ArtifactRange? asked)
    {
        ThrowIfPage(answer);
        if (asked is null && answer.Status == (int)HttpStatusCode.OK)
        {
            return GetLength(answer);
        }

        var text = answer.Headers.TryGetValue("Content-Range", out var sent) ? sent : null;
        var range = answer.Status == (int)HttpStatusCode.PartialContent && ContentRangeHeaderValue.TryParse(text, out var parsed) && parsed is { HasLength: true, HasRange: true }
            ? parsed
            : null;
        return range is not null && range.From == (asked?.Offset ?? 0) && (asked is not null || range.To + 1 == range.Length)
            ? range.Length
            : throw new FormatException(
                $"The answer has status {answer.Status} and the Content-Range '{text}', and the bytes from {asked?.Offset ?? 0} on were requested. A proxy may ignore ranges.");
    }

    /// <summary>Takes off the quotes, which a listing leaves out, and the <c>W/</c> that compressing proxies add.</summary>
    /// <exception cref="FormatException">There is no ETag.</exception>
    public static string ToText(ETag eTag)
    {
        var text = eTag == default ? "" : eTag.ToString();
        text = (text.StartsWith("W/", StringComparison.Ordinal) ? text[2..] : text).Trim('"');
        return text.Length > 0 ? text : throw new FormatException("The answer has no ETag.");
    }

    /// <summary>Puts the quotes on. What no version has as its tag, such as <c>*</c>, must match nothing.</summary>
    public static ETag ToETag(string text) => new(text is "*" || text.Contains('"', StringComparison.Ordinal) || text.Any(char.IsControl) ? "\"0x0\"" : $"\"{text}\"");

    private static long? GetLength(Response answer) =>
        answer.Headers.ContentLengthLong is var length && length is not < 0 ? length : throw new FormatException($"The answer's Content-Length is {answer.Headers.ContentLengthLong}.");

    /// <summary>Refuses a web page: a server for browsers gives its pages ETags and lengths, but none of Azure's headers.</summary>
    private static void ThrowIfPage(Response answer)
    {
        if (IsPage(answer))
        {
            throw new FormatException($"The answer is of type '{answer.Headers.ContentType}' and has no x-ms-request-id.");
        }
    }

    /// <summary>Determines whether an answer is a web page of a server that is not Azure.</summary>
    public static bool IsPage(Response answer) =>
        answer.Headers.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true
        && !answer.Headers.Any(static header => header.Name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the recorded digest; one that cannot be read leaves the content unverifiable.</summary>
    private static Sha256Digest? ToDigest(ArtifactPath path, IDictionary<string, string> metadata) =>
        !metadata.TryGetValue(Sha256Key, out var text) ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest
        : throw new ArtifactIntegrityException(path, expected: null, actual: null, $"Its header x-ms-meta-{Sha256Key} is '{text}', which is no SHA-256, so that they cannot be verified.");
}
