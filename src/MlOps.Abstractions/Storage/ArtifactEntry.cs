namespace MlOps.Storage;

/// <summary>An entry of an artifact listing.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public class ArtifactEntry
{
    /// <summary>Gets the path of the artifact.</summary>
    public required ArtifactPath Path { get; init; }

    /// <summary>Gets the size of the content in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the entity tag of this version of the artifact.</summary>
    /// <value>
    /// An opaque value of this store; compare ordinally. Two versions with the same bytes may have the same tag, because S3 derives it from the content.
    /// </value>
    public required string ETag { get; init; }

    /// <summary>Gets the time of the last write, by the clock of the store.</summary>
    /// <value>UTC, with a resolution of one second or better.</value>
    public required DateTimeOffset LastModified { get; init; }
}
