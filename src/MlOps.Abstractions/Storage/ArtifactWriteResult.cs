namespace MlOps.Storage;

/// <summary>What a write stored.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ArtifactWriteResult
{
    /// <summary>Gets the opaque tag of the version written, for a later <see cref="WriteCondition.IfMatch"/>.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the number of bytes written.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the SHA-256 of the bytes written: the writer always knows it, also where the store cannot record it.</summary>
    public required Sha256Digest Sha256 { get; init; }
}
