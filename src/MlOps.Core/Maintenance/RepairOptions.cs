using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>The repairs of a store to make.</summary>
public sealed class RepairOptions
{
    /// <summary>Gets a value indicating whether the repairs are only reported.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool DryRun { get; init; } = true;

    /// <summary>Gets the kinds of repairs to make. Of a damaged record, the first kind in the order of <see cref="RepairKind"/> that is possible is
    /// made.</summary>
    /// <value>The default is empty: a dry run reports repairs of every kind. Otherwise at least one is required.</value>
    public IReadOnlyCollection<RepairKind> Kinds { get; init; } = [];

    /// <summary>Gets the folder of the only record to repair, such as <c>models/churn</c>.</summary>
    /// <value>The default, <see langword="null"/>, repairs all records.</value>
    public ArtifactPath? Record { get; init; }
}
