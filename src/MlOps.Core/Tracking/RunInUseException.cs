namespace MlOps.Tracking;

/// <summary>A run cannot be resumed, because somebody else has it.</summary>
public sealed class RunInUseException : MlOpsException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="holder">Who has it, and since when.</param>
    public RunInUseException(string runId, string holder)
        : base($"The run '{runId}' is in use by {holder}. End it there, or wait until it counts as interrupted, and resume it then.") => RunId = runId;

    /// <summary>Gets the run.</summary>
    public string RunId { get; }
}
