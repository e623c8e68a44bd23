using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>One record that a collection removed.</summary>
/// <param name="Path">The folder of the record, or the path of the metric segment.</param>
/// <param name="Removal">The way in which it was removed.</param>
/// <param name="Reason">The reason, as it stands in the history.</param>
public sealed record RemovedRecord(ArtifactPath Path, RecordRemoval Removal, string Reason);
