namespace MlOps.Monitoring.Quality;

/// <summary>The quality of a segment of the rows.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class SegmentQuality
{
    /// <summary>Gets the feature that defines the segment.</summary>
    public required string Feature { get; init; }

    /// <summary>Gets the value or range of the feature.</summary>
    public required string Value { get; init; }

    /// <summary>Gets the number of rows with an outcome.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the metric of the segment.</summary>
    public required QualityEstimate Estimate { get; init; }
}
