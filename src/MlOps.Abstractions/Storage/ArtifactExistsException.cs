namespace MlOps.Storage;

/// <summary>An artifact is already at a path that was to be written only if absent.</summary>
/// <param name="path">The artifact's path.</param>
/// <param name="innerException">The SDK's exception, if there was one.</param>
public sealed class ArtifactExistsException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException($"There is already an artifact at '{path}', and the write was only if absent. Read it and decide again, or write elsewhere.", innerException)
{
    /// <summary>Gets the artifact's path.</summary>
    public ArtifactPath Path { get; } = path;
}
