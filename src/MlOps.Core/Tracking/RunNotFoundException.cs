namespace MlOps.Tracking;

/// <summary>There is no such run.</summary>
public sealed class RunNotFoundException : MlOpsException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="runId">The identifier that was asked for.</param>
    public RunNotFoundException(string runId)
        : base($"There is no run '{Documents.RecordText.Shorten(runId)}' in the store. A run's identifier is 32 hexadecimal digits; search for the run by its experiment, or look in the store it was recorded in.") =>
        RunId = runId;

    /// <summary>Gets the identifier that was asked for.</summary>
    public string RunId { get; }
}
