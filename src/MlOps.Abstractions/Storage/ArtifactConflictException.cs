namespace MlOps.Storage;

/// <summary>The exception that is thrown when an artifact does not have the ETag that a conditional write or a read requires.</summary>
/// <param name="path">The path of the artifact.</param>
/// <param name="innerException">The exception of the SDK, or <see langword="null"/>.</param>
public sealed class ArtifactConflictException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException(
        $"The artifact at '{path}' was changed or deleted by another writer. Read it again, and retry the operation if it still applies.", innerException)
{
    /// <summary>Gets the path of the artifact.</summary>
    public ArtifactPath Path { get; } = path;
}
