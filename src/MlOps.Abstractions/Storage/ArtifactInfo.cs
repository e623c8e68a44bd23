namespace MlOps.Storage;

/// <summary>The attributes of an artifact.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ArtifactInfo : ArtifactEntry
{
    /// <summary>Gets the media type of the content.</summary>
    /// <value><c>application/octet-stream</c> if none was specified, or if another tool wrote an invalid media type.</value>
    public required string ContentType { get; init => field = MediaType.Normalize(value) ?? ArtifactWriteOptions.DefaultContentType; }

    /// <summary>Gets the user metadata.</summary>
    /// <value>Empty if none was specified.</value>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Gets the SHA-256 of the content.</summary>
    /// <value>
    /// <see langword="null"/> if the store has no digest. This applies to artifacts of other tools and, on S3, to multipart uploads from a stream that cannot
    /// seek without <see cref="ArtifactWriteOptions.ExpectedSha256"/>, because S3 fixes the metadata when the upload starts.
    /// </value>
    public Sha256Digest? Sha256 { get; init; }
}
