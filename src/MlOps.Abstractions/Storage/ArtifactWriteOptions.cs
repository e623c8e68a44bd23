using System.Buffers;

namespace MlOps.Storage;

/// <summary>The attributes, condition and expected digest of a write.</summary>
public sealed class ArtifactWriteOptions
{
    /// <summary>The media type of an artifact written without one.</summary>
    public const string DefaultContentType = "application/octet-stream";

    private const int MaxContentTypeLength = 256;
    private static readonly SearchValues<char> s_printable = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Gets what must hold for the write to happen.</summary>
    /// <value>The default, <see cref="WriteCondition.None"/>, always writes.</value>
    public WriteCondition Condition { get; init; }

    /// <summary>Gets the digest the content must have; if it has another, nothing is stored.</summary>
    /// <value>The default, <see langword="null"/>, accepts any content. Giving it also spares S3 a second pass over large content.</value>
    public Sha256Digest? ExpectedSha256 { get; init; }

    /// <summary>Gets the media type of the content.</summary>
    /// <value>The default is <see cref="DefaultContentType"/>; 1 to 256 printable ASCII characters, no space at either end.</value>
    /// <exception cref="ArgumentException">The value is not of that form.</exception>
    public string ContentType { get; init => field = ValidateContentType(value); } = DefaultContentType;

    /// <summary>Gets the user's metadata.</summary>
    /// <value>The default is empty. <see cref="ArtifactMetadata"/> has the rules, the same for every store.</value>
    /// <exception cref="ArgumentException">A key, a value or the total size breaks a rule.</exception>
    public IReadOnlyDictionary<string, string> Metadata { get; init => field = ArtifactMetadata.Validate(value); } = ArtifactMetadata.Empty;

    private static string ValidateContentType(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length is 0 or > MaxContentTypeLength || value.AsSpan().ContainsAnyExcept(s_printable) || value[0] == ' ' || value[^1] == ' ')
        {
            throw new ArgumentException(
                $"'{value}' is not a content type. Use 1 to {MaxContentTypeLength} printable ASCII characters without a space at either end, such as 'text/csv'.",
                nameof(value));
        }

        return value;
    }
}
