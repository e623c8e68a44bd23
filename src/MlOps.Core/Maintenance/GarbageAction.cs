namespace MlOps.Maintenance;

/// <summary>The action of a collection on unused content; in a dry run, the action it would take.</summary>
public enum GarbageAction
{
    /// <summary>Marked for deletion: it was found unused, and a collection after the grace period deletes it unless it is used by then.</summary>
    Marked,

    /// <summary>Marked earlier: its grace period has not passed, or another collection is deleting it.</summary>
    Waiting,

    /// <summary>Marked earlier and used again, so it stays.</summary>
    Kept,

    /// <summary>Deleted.</summary>
    Deleted,
}
