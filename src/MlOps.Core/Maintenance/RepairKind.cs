namespace MlOps.Maintenance;

/// <summary>Specifies a kind of repair of a store.</summary>
public enum RepairKind
{
    /// <summary>Deletes a checkpoint that does not match the events. No data is lost.</summary>
    DeleteCheckpoint,

    /// <summary>Removes the outputs of a step whose log is damaged, or of the step that <see cref="RepairOptions.Record"/> selects. The step runs again when it
    /// is needed.</summary>
    ResetStep,

    /// <summary>Moves the events after the last valid event to another folder. The record is restored to its state after the last valid event.</summary>
    TruncateLog,

    /// <summary>Moves all events of a damaged record to another folder. The record no longer exists.</summary>
    ArchiveRecord,
}
