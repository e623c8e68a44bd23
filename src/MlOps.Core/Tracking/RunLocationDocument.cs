namespace MlOps.Tracking;

/// <summary>The document that names the experiment of a run.</summary>
internal sealed class RunLocationDocument
{
    public required int Format { get; init; }

    public required string Experiment { get; init; }
}
