namespace MlOps.Tracking;

/// <summary>The result of a reproduction: the compared metrics and the differences that were found before the training.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ReproductionReport
{
    /// <summary>The tag of a run that reproduces another run. Its value is the identifier of the recorded run.</summary>
    public const string Tag = "mlops.reproduces";

    internal ReproductionReport(Run recorded, Run reproduced, IReadOnlyList<RunDifference> differences, IReadOnlyList<MetricComparison> metrics)
    {
        Recorded = recorded;
        Reproduced = reproduced;
        Differences = differences;
        Metrics = metrics;
    }

    /// <summary>Gets the recorded run.</summary>
    public Run Recorded { get; }

    /// <summary>Gets the new run, which reproduces the recorded run.</summary>
    public Run Reproduced { get; }

    /// <summary>Gets the differences that were found before the training, most significant first.</summary>
    public IReadOnlyList<RunDifference> Differences { get; }

    /// <summary>Gets the comparison of each metric, in the order of the names.</summary>
    public IReadOnlyList<MetricComparison> Metrics { get; }

    /// <summary>Gets a value indicating whether all metrics agree.</summary>
    /// <value><see langword="false"/> if there are no metrics to compare.</value>
    public bool Agrees => Metrics.Count > 0 && Metrics.All(static metric => metric.Agrees);

    /// <summary>Returns the report in Markdown: the result, the metrics, and the differences with their remedies.</summary>
    /// <returns>The Markdown text.</returns>
    public string ToMarkdown() => ReproductionText.ToMarkdown(this);

    /// <summary>Returns the report as plain text: the result, the metrics, and the differences with their remedies.</summary>
    /// <returns>The text, in several lines.</returns>
    public override string ToString() => ReproductionText.ToText(this);
}
