using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>One repair that was made, or in a dry run could be made.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Path">The checkpoint, the folder of the step or record, or the first event that is moved aside.</param>
/// <param name="Consequence">The reason for the repair and its consequences, in sentences.</param>
public sealed record RepairAction(RepairKind Kind, ArtifactPath Path, string Consequence);
