namespace MlOps.Storage;

/// <summary>A store refused access to an artifact.</summary>
/// <param name="path">The artifact's path, or <see langword="null"/> if the whole store refused.</param>
/// <param name="message">What was refused, and which setting holds the credentials or permissions to mend; never the credentials.</param>
/// <param name="innerException">The SDK's exception, if there was one.</param>
public sealed class ArtifactAccessDeniedException(ArtifactPath? path, string message, Exception? innerException = null)
    : MlOpsException(message, innerException)
{
    /// <summary>Gets the artifact's path, or <see langword="null"/> if the whole store refused.</summary>
    public ArtifactPath? Path { get; } = path;
}
