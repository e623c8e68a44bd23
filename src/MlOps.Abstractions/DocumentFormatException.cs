using MlOps.Storage;

namespace MlOps;

/// <summary>A document of this library's own, read from a store, is not what it should be: truncated, altered, too large, or of a newer format.</summary>
/// <param name="path">The document's path.</param>
/// <param name="fault">What is wrong with it and what to do, as sentences.</param>
/// <param name="innerException">The parser's exception, if there was one.</param>
public sealed class DocumentFormatException(ArtifactPath path, string fault, Exception? innerException = null)
    : MlOpsException($"The document '{path}' cannot be used: {fault}", innerException)
{
    /// <summary>Gets the document's path.</summary>
    public ArtifactPath Path { get; } = path;

    /// <summary>Gets a value indicating whether a newer version of the library wrote the document, so that it is not damaged.</summary>
    public bool IsFromNewerVersion { get; init; }
}
