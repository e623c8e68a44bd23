namespace MlOps.Tracking;

/// <summary>Whether a run that was repeated came out the same.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ReproductionReport
{
    /// <summary>The tag of a run that repeats another; its value is the identifier of that one.</summary>
    public const string Tag = "mlops.reproduces";

    internal ReproductionReport(Run recorded, Run reproduced, IReadOnlyList<RunDifference> differences, IReadOnlyList<MetricComparison> metrics)
    {
        Recorded = recorded;
        Reproduced = reproduced;
        Differences = differences;
        Metrics = metrics;
    }

    /// <summary>Gets the run that was repeated.</summary>
    public Run Recorded { get; }

    /// <summary>Gets the run that repeated it.</summary>
    public Run Reproduced { get; }

    /// <summary>Gets what was different before the training began, what weighs most first.</summary>
    public IReadOnlyList<RunDifference> Differences { get; }

    /// <summary>Gets the metrics of both runs, by name.</summary>
    public IReadOnlyList<MetricComparison> Metrics { get; }

    /// <summary>Gets a value indicating whether all metrics agree. Without any metric there is nothing that could.</summary>
    public bool Agrees => Metrics.Count > 0 && Metrics.All(static metric => metric.Agrees);

    /// <summary>Tells it in Markdown: the answer, the metrics, the differences and how to undo them.</summary>
    /// <returns>The text.</returns>
    public string ToMarkdown() => ReproductionText.ToMarkdown(this);

    /// <summary>Tells it in lines of text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => ReproductionText.ToText(this);
}
