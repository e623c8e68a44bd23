namespace MlOps.Tracking;

/// <summary>The kinds of events in the history of a run.</summary>
internal enum RunEventKind
{
    /// <summary>The run started.</summary>
    Started,

    /// <summary>The run was changed, deleted or restored.</summary>
    Changed,

    /// <summary>Artifacts were stored.</summary>
    Artifacts,

    /// <summary>A process resumed the run.</summary>
    Resumed,

    /// <summary>Points after a step were discarded, because the run continues from that step.</summary>
    Rewound,

    /// <summary>A process delivered metrics of a shared run.</summary>
    Measured,

    /// <summary>The run ended.</summary>
    Ended,

    /// <summary>The deleted run was purged: its artifacts and metrics no longer exist, and it cannot be restored.</summary>
    Purged,
}
