namespace MlOps.Tracking;

/// <summary>The exception that is thrown when the store does not contain a run.</summary>
public sealed class RunNotFoundException : MlOpsException
{
    /// <summary>Initializes a new instance of the <see cref="RunNotFoundException"/> class.</summary>
    /// <param name="runId">The requested identifier.</param>
    public RunNotFoundException(string runId)
        : base($"There is no run '{Documents.RecordText.Shorten(runId)}' in the store. The identifier of a run has 32 hexadecimal digits. "
            + "Search for the run in its experiment, or open the store that contains the run.") =>
        RunId = runId;

    /// <summary>Gets the requested identifier.</summary>
    public string RunId { get; }
}
