using System.Net.Http.Headers;

namespace MlOps.Storage;

/// <summary>Normalizes media types to the form that HTTP clients send. Otherwise the stored value or a request signature would differ.</summary>
internal static class MediaType
{
    public const int MaxLength = 256;

    /// <summary>Normalizes the spaces between parameters.</summary>
    /// <returns>The media type, or <see langword="null"/> if it is too long or not valid (RFC 9110, section 8.3.1).</returns>
    public static string? Normalize(string value)
    {
        if (value == ArtifactWriteOptions.DefaultContentType)
        {
            return value;
        }

        return !value.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && MediaTypeHeaderValue.TryParse(value, out var parsed)
            && parsed.ToString() is { Length: <= MaxLength } normalized
            ? normalized
            : null;
    }
}
