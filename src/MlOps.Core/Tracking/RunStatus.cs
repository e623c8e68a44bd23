namespace MlOps.Tracking;

/// <summary>The status of a run.</summary>
public enum RunStatus
{
    /// <summary>The run is in progress.</summary>
    Running,

    /// <summary>The run ended successfully.</summary>
    Finished,

    /// <summary>The run ended with an error. See <see cref="Run.Failure"/>.</summary>
    Failed,

    /// <summary>The run was canceled, or its process stopped without ending the run and several heartbeats are missing.</summary>
    Interrupted,
}
