namespace MlOps.Storage;

/// <summary>The exception that is thrown when a write with <see cref="WriteCondition.IfAbsent"/> finds an existing artifact.</summary>
/// <param name="path">The path of the artifact.</param>
/// <param name="innerException">The exception of the SDK, or <see langword="null"/>.</param>
public sealed class ArtifactExistsException(ArtifactPath path, Exception? innerException = null)
    : MlOpsException(
        $"An artifact already exists at '{path}', and the write required that there is none. Read the artifact, or write to another path.", innerException)
{
    /// <summary>Gets the path of the artifact.</summary>
    public ArtifactPath Path { get; } = path;
}
