namespace MlOps.Storage;

/// <summary>The exception that is thrown when there is no artifact at a path.</summary>
/// <param name="path">The path of the artifact.</param>
/// <param name="innerException">The exception of the SDK, or <see langword="null"/>.</param>
public sealed class ArtifactNotFoundException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException($"There is no artifact at '{path}'. Check the path, or list the artifacts of its folder.", innerException)
{
    /// <summary>Gets the path of the artifact.</summary>
    public ArtifactPath Path { get; } = path;
}
