using MlOps.Storage;

namespace MlOps;

/// <summary>The exception that is thrown when a document of this library is truncated, altered, too large, or of a newer format.</summary>
/// <param name="path">The path of the document.</param>
/// <param name="fault">The fault and the remedy, as sentences.</param>
/// <param name="innerException">The exception of the parser, or <see langword="null"/>.</param>
public sealed class DocumentFormatException(ArtifactPath path, string fault, Exception? innerException = null)
    : MlOpsException($"The document '{path}' cannot be used: {fault}", innerException)
{
    /// <summary>Gets the path of the document.</summary>
    public ArtifactPath Path { get; } = path;

    /// <summary>Gets a value indicating whether a newer version of the library wrote the document. Such a document is not damaged.</summary>
    public bool IsFromNewerVersion { get; init; }
}
