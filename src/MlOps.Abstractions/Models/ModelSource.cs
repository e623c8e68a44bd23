namespace MlOps.Models;

/// <summary>The files of a model version and their description, for a loader.</summary>
public sealed class ModelSource
{
    /// <summary>Gets the name of the model, for messages.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the number of the version, for messages.</summary>
    public required int Version { get; init; }

    /// <summary>Gets the local folder that contains only the verified files of the version.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the registered signature, which may name the columns of a tensor individually.</summary>
    /// <value><see langword="null"/> if no signature was registered.</value>
    public ModelSignature? Signature { get; init; }

    /// <summary>Gets the name under which the model is served, which selects its settings.</summary>
    /// <value>The default is <see langword="null"/>, which means that the model is not served by name.</value>
    public string? ServedAs { get; init; }

    /// <summary>Gets the folder for derived files of a loader, such as an optimized graph.</summary>
    /// <remarks>
    /// The folder is a cache that several processes may use. Its files may be deleted or damaged. Write each file under a temporary name and rename it, and
    /// replace files that cannot be read.
    /// </remarks>
    /// <value>The default is <see langword="null"/>, which disables derived files.</value>
    public string? WorkFolder { get; init; }

    /// <summary>Returns a description of the version for messages.</summary>
    /// <returns>The description, such as <c>version 3 of the model 'churn'</c>.</returns>
    public override string ToString() => $"version {Version} of the model '{Model}'";
}
