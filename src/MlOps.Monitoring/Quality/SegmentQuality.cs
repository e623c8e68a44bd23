namespace MlOps.Monitoring.Quality;

/// <summary>The quality of a segment of the rows.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class SegmentQuality
{
    /// <summary>Gets the feature that defines the segment.</summary>
    public required string Feature { get; init; }

    /// <summary>Gets the value or range of the feature.</summary>
    public required string Value { get; init; }

    /// <summary>Gets the number of rows with an outcome that the metric considers; for a ranking, the number of groups.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Gets the metric of the segment.</summary>
    public required QualityEstimate Estimate { get; init; }

    /// <summary>
    /// Gets the amount by which the segment is worse than all rows, beyond chance: the distance between the metric of all rows and the nearer bound of an
    /// interval that holds for all segments together with 95 % (Bonferroni correction).
    /// </summary>
    /// <value>Positive if the segment is worse; zero or negative if the difference can be chance; NaN if it is not known.</value>
    public double WorseBy { get; init; } = double.NaN;
}
