namespace MlOps.Tracking;

/// <summary>The kinds of events in the history of an experiment.</summary>
internal enum ExperimentEventKind
{
    /// <summary>The experiment was created, changed, deleted or restored.</summary>
    Changed,
}
