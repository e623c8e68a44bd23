namespace MlOps.Storage;

/// <summary>The exception that is thrown when the content of an artifact does not match its digest or length.</summary>
/// <remarks>A failed write stores nothing. After a failed read, discard the bytes received and restore the artifact from another copy.</remarks>
/// <param name="path">The path of the artifact.</param>
/// <param name="expected">The expected digest, or <see langword="null"/> if it is unknown.</param>
/// <param name="actual">The actual digest, or <see langword="null"/> if the content ended early or its file is damaged.</param>
/// <param name="detail">The damage to stored content as a sentence, or <see langword="null"/> for a rejected write.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class ArtifactIntegrityException(
    ArtifactPath path, Sha256Digest? expected, Sha256Digest? actual, string? detail = null, Exception? innerException = null)
    : MlOpsException(Describe(path, expected, actual, detail), innerException)
{
    /// <summary>Gets the path of the artifact.</summary>
    public ArtifactPath Path { get; } = path;

    /// <summary>Gets the expected digest, or <see langword="null"/> if it is unknown.</summary>
    public Sha256Digest? Expected { get; } = expected;

    /// <summary>Gets the actual digest, or <see langword="null"/> if the content ended early or its file is damaged.</summary>
    public Sha256Digest? Actual { get; } = actual;

    private static string Describe(ArtifactPath path, Sha256Digest? expected, Sha256Digest? actual, string? detail) =>
        $"The content of '{path}' does not match its digest: expected SHA-256 {expected?.ToString() ?? "unknown"}, actual {actual?.ToString() ?? "unknown"}. "
        + (detail is null
            ? "Nothing was stored. Write the content again from its source, or correct the expected digest."
            : detail + " Discard the content, and write the artifact again from its source.");
}
