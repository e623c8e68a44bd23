namespace MlOps.Maintenance;

/// <summary>The kinds of repairs of a store.</summary>
public enum RepairKind
{
    /// <summary>Deletes a checkpoint that does not agree with the events. Nothing is lost.</summary>
    DropCheckpoint,

    /// <summary>Forgets a step whose log is damaged, or the step that <see cref="RepairOptions.Record"/> names. It runs again.</summary>
    ForgetStep,

    /// <summary>Moves the events aside that do not follow the sound ones before them. The record is as it was after the last sound event.</summary>
    MoveTailAside,

    /// <summary>Moves all events of a damaged record aside. There is no such record any more.</summary>
    SetRecordAside,
}
