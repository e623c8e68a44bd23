namespace MlOps.Storage;

/// <summary>The exception that is thrown when a store denies access.</summary>
/// <param name="path">The path of the artifact, or <see langword="null"/> if access to the whole store is denied.</param>
/// <param name="message">The denied operation and the setting that contains the credentials. Never the credentials.</param>
/// <param name="innerException">The exception of the SDK, or <see langword="null"/>.</param>
public sealed class ArtifactAccessDeniedException(ArtifactPath? path, string message, Exception? innerException = null)
    : MlOpsException(message, innerException)
{
    /// <summary>Gets the path of the artifact, or <see langword="null"/> if access to the whole store is denied.</summary>
    public ArtifactPath? Path { get; } = path;
}
