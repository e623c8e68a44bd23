namespace MlOps.Maintenance;

/// <summary>The way in which a collection removed a record, or in a dry run would remove it.</summary>
public enum RecordRemoval
{
    /// <summary>A run deleted by a retention rule. It can be restored for a grace period.</summary>
    RunDeleted,

    /// <summary>A run deleted for good: it, or its experiment, was deleted a grace period ago.</summary>
    RunPurged,

    /// <summary>The outputs of a step, which runs again when it is needed: its experiment was deleted a grace period ago, or a retention rule does not keep
    /// them.</summary>
    StepForgotten,

    /// <summary>A segment of metrics that a sink wrote and that a retention rule does not keep.</summary>
    MetricSegmentDeleted,
}
