namespace MlOps.Tracking;

/// <summary>What was recorded of a run.</summary>
internal enum RunEventKind
{
    Started,
    Changed,
    Artifacts,
    Resumed,
    Ended,
}
