using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>The options of a repair.</summary>
public sealed class RepairOptions
{
    /// <summary>Gets a value indicating whether repairs are only reported, not made.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool DryRun { get; init; } = true;

    /// <summary>Gets the kinds of repairs to make. For a damaged record, the first possible kind in the order of <see cref="RepairKind"/> is
    /// used.</summary>
    /// <value>The default is empty: a dry run reports repairs of all kinds. At least one kind is required if <see cref="DryRun"/> is
    /// <see langword="false"/>.</value>
    public IReadOnlyCollection<RepairKind> Kinds { get; init; } = [];

    /// <summary>Gets the folder of the record to repair, such as <c>models/churn</c>.</summary>
    /// <value>The default is <see langword="null"/>: all records are repaired.</value>
    public ArtifactPath? Record { get; init; }
}
