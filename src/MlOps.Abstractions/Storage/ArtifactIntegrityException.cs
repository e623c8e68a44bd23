namespace MlOps.Storage;

/// <summary>An artifact's bytes are not what their digest says.</summary>
/// <remarks>On a write nothing was stored. On a read the bytes already received must not be used: restore the artifact from another copy.</remarks>
/// <param name="path">The artifact's path.</param>
/// <param name="expected">The digest the bytes should have.</param>
/// <param name="actual">The digest they have; <see langword="null"/> if they ended early or the file around them is damaged.</param>
/// <param name="detail">What is known of the damage to stored bytes, as a sentence; <see langword="null"/> for a write, whose bytes were refused.</param>
/// <param name="innerException">The cause, if there was one.</param>
public sealed class ArtifactIntegrityException(
    ArtifactPath path, Sha256Digest? expected, Sha256Digest? actual, string? detail = null, Exception? innerException = null)
    : MlOpsException(Describe(path, expected, actual, detail), innerException)
{
    /// <summary>Gets the artifact's path.</summary>
    public ArtifactPath Path { get; } = path;

    /// <summary>Gets the digest the bytes should have.</summary>
    public Sha256Digest? Expected { get; } = expected;

    /// <summary>Gets the digest they have, or <see langword="null"/> if they ended early or the file around them is damaged.</summary>
    public Sha256Digest? Actual { get; } = actual;

    private static string Describe(ArtifactPath path, Sha256Digest? expected, Sha256Digest? actual, string? detail) =>
        $"The bytes of '{path}' are not what they should be: expected SHA-256 {expected?.ToString() ?? "unknown"}, actual {actual?.ToString() ?? "unknown"}. "
        + (detail is null
            ? "Nothing was stored. Write them again from their source, or correct the expected digest."
            : detail + " Do not use them; write the artifact again from its source.");
}
