using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Options for writing an artifact.</summary>
public sealed class ArtifactWriteOptions
{
    /// <summary>The default media type.</summary>
    public const string DefaultContentType = "application/octet-stream";

    /// <summary>Gets the condition of the write.</summary>
    /// <value>The default is <see cref="WriteCondition.None"/>, which always writes.</value>
    public WriteCondition Condition { get; init; }

    /// <summary>Gets the expected digest of the content. Nothing is stored if the content has another digest.</summary>
    /// <value>The default is <see langword="null"/>, which accepts any content. On S3, a digest avoids a second pass over large content.</value>
    public Sha256Digest? ExpectedSha256 { get; init; }

    /// <summary>Gets the media type of the content.</summary>
    /// <value>
    /// The default is <see cref="DefaultContentType"/>. At most 256 characters. The value is stored in the form that HTTP clients send: for example,
    /// <c>text/csv;charset=utf-8</c> becomes <c>text/csv; charset=utf-8</c>.
    /// </value>
    /// <exception cref="ArgumentException">The value is not a media type.</exception>
    public string ContentType { get; init => field = ValidateContentType(value); } = DefaultContentType;

    /// <summary>Gets the user metadata.</summary>
    /// <value>The default is empty. <see cref="ArtifactMetadata"/> describes the rules.</value>
    /// <exception cref="ArgumentException">A key, a value or the total size is not valid.</exception>
    public IReadOnlyDictionary<string, string> Metadata { get; init => field = ArtifactMetadata.Validate(value); } = ArtifactMetadata.Empty;

    private static string ValidateContentType(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return MediaType.Normalize(value) ?? throw new ArgumentException(
            $"'{value}' is not a valid content type. Use a media type of at most {MediaType.MaxLength} printable ASCII characters, "
            + "such as 'text/csv' or 'text/plain; charset=utf-8'.",
            nameof(value));
    }
}
