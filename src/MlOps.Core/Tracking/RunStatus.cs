namespace MlOps.Tracking;

/// <summary>How far a run has come.</summary>
public enum RunStatus
{
    /// <summary>It is under way.</summary>
    Running,

    /// <summary>It ended as it should.</summary>
    Finished,

    /// <summary>It ended with an error; <see cref="Run.Failure"/> says which.</summary>
    Failed,

    /// <summary>It was stopped, or its process died: it was under way, and nothing was heard of it for several heartbeats.</summary>
    Interrupted,
}
