namespace MlOps.Maintenance;

/// <summary>Specifies the action of a garbage collection on an object. In a dry run, the action was not taken.</summary>
public enum GarbageAction
{
    /// <summary>The content is unused and was marked. A collection after the grace period deletes it unless it is used by then.</summary>
    Marked,

    /// <summary>The content was marked earlier. Its grace period has not passed, or another collection is deleting it.</summary>
    Waiting,

    /// <summary>The content was marked earlier and is used again. Its mark was removed.</summary>
    Kept,

    /// <summary>The content was deleted.</summary>
    Deleted,

    /// <summary>The run was deleted by a retention rule. It can be restored for a grace period.</summary>
    RunDeleted,

    /// <summary>The run was deleted permanently, because the run or its experiment was deleted a grace period ago.</summary>
    RunPurged,

    /// <summary>The outputs of the step were removed, because its experiment was deleted a grace period ago or a retention rule does not keep them. The step
    /// runs again when it is needed.</summary>
    StepReset,

    /// <summary>The metric segment of a sink was deleted by a retention rule.</summary>
    MetricSegmentDeleted,
}
