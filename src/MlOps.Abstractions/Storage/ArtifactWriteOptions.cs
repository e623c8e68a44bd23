namespace MlOps.Storage;

/// <summary>The attributes, condition and expected digest of a write.</summary>
public sealed class ArtifactWriteOptions
{
    /// <summary>The media type of an artifact written without one.</summary>
    public const string DefaultContentType = "application/octet-stream";

    /// <summary>Gets what must hold for the write to happen.</summary>
    /// <value>The default, <see cref="WriteCondition.None"/>, always writes.</value>
    public WriteCondition Condition { get; init; }

    /// <summary>Gets the digest the content must have; if it has another, nothing is stored.</summary>
    /// <value>The default, <see langword="null"/>, accepts any content. Giving it also spares S3 a second pass over large content.</value>
    public Sha256Digest? ExpectedSha256 { get; init; }

    /// <summary>Gets the media type of the content.</summary>
    /// <value>
    /// The default is <see cref="DefaultContentType"/>; a type and a subtype and perhaps parameters, at most 256 characters. Spaces between parameters become one: <c>text/csv;charset=utf-8</c>
    /// is kept as <c>text/csv; charset=utf-8</c>, which is how it goes over HTTP.
    /// </value>
    /// <exception cref="ArgumentException">The value is not a media type.</exception>
    public string ContentType { get; init => field = ValidateContentType(value); } = DefaultContentType;

    /// <summary>Gets the user's metadata.</summary>
    /// <value>The default is empty. <see cref="ArtifactMetadata"/> has the rules, the same for every store.</value>
    /// <exception cref="ArgumentException">A key, a value or the total size breaks a rule.</exception>
    public IReadOnlyDictionary<string, string> Metadata { get; init => field = ArtifactMetadata.Validate(value); } = ArtifactMetadata.Empty;

    private static string ValidateContentType(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return MediaType.Normalize(value) ?? throw new ArgumentException(
            $"'{value}' is not a content type. Use a media type of at most {MediaType.MaxLength} printable ASCII characters, such as 'text/csv' or 'text/plain; charset=utf-8'.", nameof(value));
    }
}
