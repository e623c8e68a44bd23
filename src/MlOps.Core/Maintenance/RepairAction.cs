using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A repair that was made or, in a dry run, that is possible.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class RepairAction
{
    internal RepairAction(RepairKind kind, ArtifactPath path, string consequence) => (Kind, Path, Consequence) = (kind, path, consequence);

    /// <summary>Gets the kind of the repair.</summary>
    public RepairKind Kind { get; }

    /// <summary>Gets the path of the checkpoint, the folder of the step or record, or the path of the first event that is moved.</summary>
    public ArtifactPath Path { get; }

    /// <summary>Gets the reason for the repair and its consequences, as sentences.</summary>
    public string Consequence { get; }

    /// <summary>Describes the repair in two lines.</summary>
    /// <returns>The kind, the path and the consequence.</returns>
    public override string ToString() => ReportText.Join([$"{Kind}: {Path}", $"  {Consequence}"]);
}
