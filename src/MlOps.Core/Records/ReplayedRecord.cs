using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A record that was computed from its events without a checkpoint, for verification and garbage collection.</summary>
/// <param name="Folder">The folder of the record.</param>
/// <param name="Owner">The description of the record for messages, such as <c>model 'churn'</c>.</param>
/// <param name="References">The references to content; empty if the log is damaged.</param>
/// <param name="Damage">The fault of the log, or <see langword="null"/> if the log is intact. The references of a damaged record are not
/// known.</param>
/// <param name="CheckpointFault">The fault of the checkpoint, or <see langword="null"/>. The references do not depend on the checkpoint.</param>
/// <param name="ToRow">Creates the expected row of the index; <see langword="null"/> if the log is damaged or empty.</param>
internal sealed record ReplayedRecord(
    ArtifactPath Folder,
    string Owner,
    IReadOnlyList<ContentReference> References,
    MlOpsException? Damage = null,
    MlOpsException? CheckpointFault = null,
    Func<IndexRow>? ToRow = null)
{
    /// <summary>Gets the sequence number of the last event; 0 if the log is damaged or empty.</summary>
    public long Sequence { get; init; }

    /// <summary>Gets a function that reads the time of the deletion from the events; <see langword="null"/> if the record is not deleted or was
    /// removed permanently.</summary>
    public Func<CancellationToken, Task<DateTimeOffset?>>? ReadDeletionAsync { get; init; }

    /// <summary>Gets the age of the record, or <see langword="null"/> if no retention rule applies to it.</summary>
    public RecordAge? Age { get; init; }

    /// <summary>Gets the ids of the runs that the record references.</summary>
    public IReadOnlyList<string> RunIds { get; init; } = [];
}
