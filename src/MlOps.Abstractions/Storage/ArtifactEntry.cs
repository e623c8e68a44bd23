namespace MlOps.Storage;

/// <summary>What a listing says of an artifact.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public class ArtifactEntry
{
    /// <summary>Gets where the artifact is.</summary>
    public required ArtifactPath Path { get; init; }

    /// <summary>Gets the number of content bytes.</summary>
    /// <value>Zero or more.</value>
    public required long Size { get; init; }

    /// <summary>Gets the opaque tag of this version of the artifact.</summary>
    /// <value>Compare ordinally, and give back only to the store it came from. Two versions with the same bytes may share a tag (S3 derives it from the content).</value>
    public required string ETag { get; init; }

    /// <summary>Gets when this version was written, by the store's clock.</summary>
    /// <value>UTC, to the second or finer.</value>
    public required DateTimeOffset LastModified { get; init; }
}
