using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A record as its events alone describe it, for verification and garbage collection.</summary>
/// <param name="Folder">The folder of the record.</param>
/// <param name="Owner">The record for messages, such as <c>model 'churn'</c>.</param>
/// <param name="References">The content that the record refers to; empty if the log is damaged.</param>
/// <param name="Damage">The fault of the log; <see langword="null"/> if every event is sound. The references of a damaged record are not known.</param>
/// <param name="CheckpointFault">The fault of the checkpoint; <see langword="null"/> if it has none. The references do not depend on the checkpoint.</param>
/// <param name="ToRow">Makes the row that the index should have; <see langword="null"/> if the log is damaged or empty.</param>
internal sealed record ReplayedRecord(
    ArtifactPath Folder,
    string Owner,
    IReadOnlyList<ContentReference> References,
    MlOpsException? Damage = null,
    MlOpsException? CheckpointFault = null,
    Func<IndexRow>? ToRow = null)
{
    /// <summary>Gets the number of the last event; 0 if the log is damaged or empty.</summary>
    public long Sequence { get; init; }

    /// <summary>Gets a function that reads the time of the deletion from the events; <see langword="null"/> if the record is not deleted, or was removed for
    /// good.</summary>
    public Func<CancellationToken, Task<DateTimeOffset?>>? ReadDeletionAsync { get; init; }

    /// <summary>Gets the age of the record; <see langword="null"/> if no retention rule applies to it.</summary>
    public RecordAge? Age { get; init; }

    /// <summary>Gets the identifiers of the runs that the record needs.</summary>
    public IReadOnlyList<string> RunIds { get; init; } = [];
}
