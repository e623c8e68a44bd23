namespace MlOps.Monitoring.Quality;

/// <summary>The quality of the predictions of a window.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class QualityResult
{
    /// <summary>Gets the number of predictions.</summary>
    public long Predictions { get; init; }

    /// <summary>Gets the number of predictions with an outcome.</summary>
    public long Outcomes { get; init; }

    /// <summary>Gets the share of predictions with an outcome, 0 to 1; 0 if there are no predictions.</summary>
    public double Coverage => Predictions == 0 ? 0 : (double)Outcomes / Predictions;

    /// <summary>Gets the realised metrics, by name, such as <c>accuracy</c>.</summary>
    public IReadOnlyDictionary<string, QualityEstimate> Metrics { get; init; } = new Dictionary<string, QualityEstimate>();

    /// <summary>Gets the metrics that are estimated without outcomes, by name.</summary>
    public IReadOnlyDictionary<string, QualityEstimate> Estimated { get; init; } = new Dictionary<string, QualityEstimate>();

    /// <summary>Gets the segments, worst first.</summary>
    public IReadOnlyList<SegmentQuality> Segments { get; init; } = [];

    /// <summary>Gets the faults of the outcomes, such as outcomes of unknown predictions.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
