namespace MlOps.Storage;

/// <summary>Everything a store knows of an artifact without reading it.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ArtifactInfo : ArtifactEntry
{
    /// <summary>Gets the media type given when the artifact was written.</summary>
    /// <value><c>application/octet-stream</c> if none was given, or if another tool wrote what is no media type.</value>
    public required string ContentType { get; init => field = MediaType.Normalize(value) ?? ArtifactWriteOptions.DefaultContentType; }

    /// <summary>Gets the user's metadata, exactly as it was written.</summary>
    /// <value>Empty if none was given.</value>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Gets the SHA-256 of the content.</summary>
    /// <value>
    /// <see langword="null"/> where the store could not record it: artifacts written by other tools, and on S3 those uploaded in parts from a stream that
    /// cannot seek, without <see cref="ArtifactWriteOptions.ExpectedSha256"/> (the metadata of such an upload is fixed before its last byte is read).
    /// </value>
    public Sha256Digest? Sha256 { get; init; }
}
