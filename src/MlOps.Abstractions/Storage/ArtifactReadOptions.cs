namespace MlOps.Storage;

/// <summary>Options for reading an artifact.</summary>
public sealed class ArtifactReadOptions
{
    /// <summary>Gets the byte range to read.</summary>
    /// <value>The default is <see langword="null"/>, which reads and verifies the whole artifact.</value>
    public ArtifactRange? Range { get; init; }

    /// <summary>Gets the ETag of the version that the caller already has. Nothing is read if it is the current version.</summary>
    /// <value>The default is <see langword="null"/>, which always reads.</value>
    public string? IfNoneMatch { get; init; }
}
