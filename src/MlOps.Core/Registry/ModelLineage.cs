using MlOps.Datasets;

namespace MlOps.Registry;

/// <summary>Where a version comes from.</summary>
public sealed class ModelLineage
{
    /// <summary>Gets the run that trained it.</summary>
    public string? RunId { get; init; }

    /// <summary>Gets where that run can be looked at.</summary>
    public string? RunLink { get; init; }

    /// <summary>Gets the versions of datasets it was trained on.</summary>
    /// <value>
    /// The default is empty. Each must be in the registry's store when the version is registered, and may be deleted later: the lineage stays. Describe data
    /// that is elsewhere in <see cref="Source"/> or in a parameter.
    /// </value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the commit of the code that trained it.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Gets where it was taken from, as free text or an address.</summary>
    public string? Source { get; init; }
}
