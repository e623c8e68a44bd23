using MlOps.Datasets;

namespace MlOps.Registry;

/// <summary>The origin of a version.</summary>
public sealed class ModelLineage
{
    /// <summary>Gets the identifier of the run that trained the version.</summary>
    public string? RunId { get; init; }

    /// <summary>Gets the address of a page that shows the run.</summary>
    public string? RunLink { get; init; }

    /// <summary>Gets the versions of datasets on which the version was trained.</summary>
    /// <value>
    /// The default is empty. Each must be in the store of the registry when the version is registered. It can be deleted later; the lineage is kept. Describe
    /// data that is stored elsewhere in <see cref="Source"/> or in a parameter.
    /// </value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the commit of the code that trained the version.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Gets the origin of the files as free text or an address.</summary>
    public string? Source { get; init; }
}
