namespace MlOps.Storage;

/// <summary>There is no artifact at a path.</summary>
/// <param name="path">The artifact's path.</param>
/// <param name="innerException">The SDK's exception, if there was one.</param>
public sealed class ArtifactNotFoundException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException($"There is no artifact at '{path}'. Check the path, or list its folder to see what is there.", innerException)
{
    /// <summary>Gets the artifact's path.</summary>
    public ArtifactPath Path { get; } = path;
}
