namespace MlOps.Storage;

/// <summary>The result of a write.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ArtifactWriteResult
{
    /// <summary>Gets the ETag of the written version, for a later <see cref="WriteCondition.IfMatch"/>.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the number of bytes written.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the SHA-256 of the written content. It is available even if the store cannot record it.</summary>
    public required Sha256Digest Sha256 { get; init; }
}
