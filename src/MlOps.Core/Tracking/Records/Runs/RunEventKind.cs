namespace MlOps.Tracking;

/// <summary>The kinds of events of a run.</summary>
internal enum RunEventKind
{
    /// <summary>The run began.</summary>
    Started,

    /// <summary>Something was recorded, or the run was deleted or restored.</summary>
    Changed,

    /// <summary>Artifacts were stored.</summary>
    Artifacts,

    /// <summary>A process went on with the run.</summary>
    Resumed,

    /// <summary>Points with later steps than one were retired, because the run goes on from that step.</summary>
    Rewound,

    /// <summary>A process delivered metrics of a run without an owner.</summary>
    Measured,

    /// <summary>The run ended.</summary>
    Ended,

    /// <summary>The artifacts and metrics of the deleted run were deleted for good. It cannot be restored.</summary>
    Purged,
}
