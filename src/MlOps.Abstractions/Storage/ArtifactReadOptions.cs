namespace MlOps.Storage;

/// <summary>What to read of an artifact, and when.</summary>
public sealed class ArtifactReadOptions
{
    /// <summary>Gets the bytes to read.</summary>
    /// <value>The default, <see langword="null"/>, reads the whole artifact and verifies it.</value>
    public ArtifactRange? Range { get; init; }

    /// <summary>Gets an ETag the caller already has the content of: if it is still current, nothing is read.</summary>
    /// <value>The default, <see langword="null"/>, always reads.</value>
    public string? IfNoneMatch { get; init; }
}
