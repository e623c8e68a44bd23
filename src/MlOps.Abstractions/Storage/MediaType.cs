using System.Net.Http.Headers;

namespace MlOps.Storage;

/// <summary>Media types in the one spelling that HTTP clients send: what they rewrite would otherwise not come back as it was written, or not match a signature.</summary>
internal static class MediaType
{
    public const int MaxLength = 256;

    /// <summary>Normalizes the spaces between parameters.</summary>
    /// <returns>The media type, or <see langword="null"/> if it is none (RFC 9110, section 8.3.1) or is too long.</returns>
    public static string? Normalize(string value)
    {
        if (value == ArtifactWriteOptions.DefaultContentType)
        {
            return value;
        }

        return !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && MediaTypeHeaderValue.TryParse(value, out var parsed) && parsed.ToString() is { Length: <= MaxLength } normalized
            ? normalized
            : null;
    }
}
