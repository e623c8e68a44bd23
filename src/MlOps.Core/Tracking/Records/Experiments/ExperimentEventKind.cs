namespace MlOps.Tracking;

/// <summary>The kinds of events of an experiment.</summary>
internal enum ExperimentEventKind
{
    /// <summary>The experiment was created or changed, deleted or restored.</summary>
    Changed,
}
