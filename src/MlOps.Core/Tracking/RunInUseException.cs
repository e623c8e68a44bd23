namespace MlOps.Tracking;

/// <summary>The exception that is thrown when a run cannot be resumed, ended or purged because another process owns the run.</summary>
public sealed class RunInUseException : MlOpsException
{
    /// <summary>Initializes a new instance of the <see cref="RunInUseException"/> class.</summary>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="owner">The description of the owner.</param>
    internal RunInUseException(string runId, string owner)
        : base($"The run '{runId}' is in use by {owner}. End the run there, or wait until it is treated as interrupted and then resume it.") =>
        RunId = runId;

    /// <summary>Gets the identifier of the run.</summary>
    public string RunId { get; }
}
