using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Reads and writes the library's JSON documents, trusting nothing of what a store returns.</summary>
internal static class StoredDocument
{
    /// <summary>The format this version writes, and the newest it reads.</summary>
    public const int Format = 1;

    /// <summary>The media type of every document.</summary>
    public const string ContentType = "application/json";

    /// <summary>What to do about a document that cannot be made again.</summary>
    public const string Restore = "Restore it from a copy.";

    /// <summary>The name of the property with the format of a document.</summary>
    public const string FormatProperty = "format";

    /// <summary>Parses a document.</summary>
    /// <exception cref="DocumentFormatException">It is not JSON of the expected shape, or its format is newer or less than one.</exception>
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

    /// <summary>Reads a whole document into memory, within a bound.</summary>
    /// <returns>Its bytes, or <see langword="null"/> if there is none.</returns>
    /// <exception cref="DocumentFormatException">It is larger than any document of its kind.</exception>
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

    /// <summary>Reads a whole document that was opened into memory, within a bound, and closes it.</summary>
    /// <param name="content">The document.</param>
    /// <param name="maxSize">The most bytes a document of its kind has.</param>
    /// <param name="remedy">What to do about one that is larger, as a sentence.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="DocumentFormatException">It is larger.</exception>
    public static async Task<byte[]> ReadAsync(ArtifactContent content, int maxSize, string remedy, CancellationToken cancellationToken)
    {
        await using var _ = content.ConfigureAwait(false);
        if (content.Info.Size > maxSize)
        {
            throw new DocumentFormatException(content.Info.Path, $"it has {content.Info.Size} bytes; none of its kind has more than {maxSize}. {remedy}");
        }

        var bytes = new byte[content.Info.Size];
        await content.Stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>Looks at the format number before anything else: a newer document may have any shape.</summary>
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

    /// <summary>Checks the format at a reader's position.</summary>
    /// <exception cref="DocumentFormatException">It is newer, or less than one.</exception>
    /// <exception cref="JsonException">It is no integer.</exception>
    public static void ThrowIfOtherFormat(ArtifactPath path, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var format))
        {
            throw new JsonException("The format is no integer.");
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
