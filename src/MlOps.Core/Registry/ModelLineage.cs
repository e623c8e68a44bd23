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
    /// <value>The default is empty. They need not be in the same store, and may be deleted later: what a model was trained on stays true.</value>
    public IReadOnlyList<DatasetReference> Datasets { get; init; } = [];

    /// <summary>Gets the commit of the code that trained it.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Gets where it was taken from, as free text or an address.</summary>
    public string? Source { get; init; }
}
