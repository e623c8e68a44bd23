using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Reads and validates the JSON documents of this library.</summary>
internal static class StoredDocument
{
    /// <summary>The format that this version writes, and the newest format that it can read.</summary>
    public const int Format = 1;

    /// <summary>The media type of every document.</summary>
    public const string ContentType = "application/json";

    /// <summary>The remedy for a damaged document that cannot be created again.</summary>
    public const string Restore = "Restore it from a copy.";

    /// <summary>The name of the property that contains the format of a document.</summary>
    public const string FormatProperty = "format";

    /// <summary>Parses a document.</summary>
    /// <exception cref="DocumentFormatException">The document is not valid JSON of the expected type, or its format is newer or less than
    /// one.</exception>
    public static T Parse<T>(ArtifactPath path, ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            ThrowIfOtherFormat(path, json);
            return JsonSerializer.Deserialize(json, type) ?? throw new DocumentFormatException(path, "it is null. Restore it from a copy.");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new DocumentFormatException(path, $"{exception.Message} It was truncated or altered; restore it from a copy.", exception);
        }
    }

    /// <summary>Reads a document into memory, up to a maximum size.</summary>
    /// <returns>The bytes, or <see langword="null"/> if there is no document.</returns>
    /// <exception cref="DocumentFormatException">The document is larger than the maximum.</exception>
    public static async Task<byte[]?> TryReadAsync(IArtifactStore store, ArtifactPath path, int maxSize, CancellationToken cancellationToken)
    {
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(content, maxSize, Restore, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads an open document into memory, up to a maximum size, and closes it.</summary>
    /// <param name="content">The document.</param>
    /// <param name="maxSize">The maximum size, in bytes.</param>
    /// <param name="remedy">The remedy for a larger document, as a sentence.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="DocumentFormatException">The document is larger than the maximum.</exception>
    public static async Task<byte[]> ReadAsync(ArtifactContent content, int maxSize, string remedy, CancellationToken cancellationToken)
    {
        await using var _ = content.ConfigureAwait(false);
        if (content.Info.Size > maxSize)
        {
            throw new DocumentFormatException(content.Info.Path, $"it has {content.Info.Size} bytes. The maximum for its type is {maxSize} bytes. {remedy}");
        }

        var bytes = new byte[content.Info.Size];
        await content.Stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Checks the format number before the document is deserialized, because a newer document may have any structure.</summary>
    private static void ThrowIfOtherFormat(ArtifactPath path, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(FormatProperty))
            {
                reader.Read();
                ThrowIfOtherFormat(path, ref reader);
                return;
            }
        }
    }

    /// <summary>Checks the format number at the position of a reader.</summary>
    /// <exception cref="DocumentFormatException">The format is newer, or less than one.</exception>
    /// <exception cref="JsonException">The format is not an integer.</exception>
    public static void ThrowIfOtherFormat(ArtifactPath path, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var format))
        {
            throw new JsonException("The format is not an integer.");
        }

        if (format is not (>= 1 and <= Format))
        {
            throw new DocumentFormatException(path, format > Format
                ? $"it has format {format}; this version of MlOps.Core reads up to format {Format}. Update MlOps.Core."
                : $"it has format {format}; the first format is 1. It was altered. {Restore}")
            {
                IsFromNewerVersion = format > Format,
            };
        }
    }
}
