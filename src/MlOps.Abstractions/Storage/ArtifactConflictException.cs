namespace MlOps.Storage;

/// <summary>An artifact changed meanwhile: it no longer has the ETag a write requires or a read began with.</summary>
/// <param name="path">The artifact's path.</param>
/// <param name="innerException">The SDK's exception, if there was one.</param>
public sealed class ArtifactConflictException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException($"The artifact at '{path}' was changed or deleted by another writer. Read it again and decide again.", innerException)
{
    /// <summary>Gets the artifact's path.</summary>
    public ArtifactPath Path { get; } = path;
}
