namespace MlOps.Maintenance;

/// <summary>What a collection did with unused content, or in a dry run would do.</summary>
public enum GarbageAction
{
    /// <summary>It was found unused and is deleted by a collection after the grace period, unless it is used by then.</summary>
    Condemned,

    /// <summary>It is condemned and its grace period has not passed, or another collection is deleting it.</summary>
    Waiting,

    /// <summary>It was condemned and is used again, so it stays.</summary>
    Kept,

    /// <summary>It is gone.</summary>
    Deleted,
}
