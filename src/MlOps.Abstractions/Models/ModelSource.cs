namespace MlOps.Models;

/// <summary>The files of a model, and what is known of them, for a loader.</summary>
public sealed class ModelSource
{
    /// <summary>Gets the model's name, for messages.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the version's number, for messages.</summary>
    public required int Version { get; init; }

    /// <summary>Gets the folder on disk that holds the version's files and nothing else, verified.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the signature that was registered, which may name the columns of a tensor one by one.</summary>
    /// <value><see langword="null"/> if there was none.</value>
    public ModelSignature? Signature { get; init; }

    /// <summary>Gets the name under which the model is served, which selects settings of its own.</summary>
    /// <value><see langword="null"/>, the default, for none.</value>
    public string? ServedAs { get; init; }

    /// <summary>Gets the folder for files that a loader derives from the version's files, such as an optimized graph.</summary>
    /// <remarks>
    /// Its files may be lost or damaged, and several processes may use it: write a file under another name and rename it, and replace a file that cannot be
    /// read.
    /// </remarks>
    /// <value><see langword="null"/>, the default, for none: nothing is kept.</value>
    public string? WorkFolder { get; init; }

    /// <summary>Names the version, for messages.</summary>
    /// <returns>Such as <c>version 3 of the model 'churn'</c>.</returns>
    public override string ToString() => $"version {Version} of the model '{Model}'";
}
