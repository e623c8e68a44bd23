namespace MlOps.Reports;

/// <summary>The values of a metric in runs, by step.</summary>
/// <remarks>Immutable and thread-safe. Of a long series there are as many values as <see cref="RunComparisonExtensions.CompareAsync"/> was asked for: the first, the last, and between them the extremes.</remarks>
public sealed class MetricHistory
{
    internal MetricHistory(string metric, IReadOnlyList<long> steps, IReadOnlyList<IReadOnlyList<double?>> values)
    {
        Metric = metric;
        Steps = steps;
        Values = values;
    }

    /// <summary>Gets the metric's name.</summary>
    public string Metric { get; }

    /// <summary>Gets the steps for which a run has a value, ascending. Values that were recorded without a step count from 0.</summary>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>Gets for each run, in the order of <see cref="RunComparison.Runs"/>, the value at each of <see cref="Steps"/>; <see langword="null"/> where it has none.</summary>
    /// <value>Of several values for one step the last.</value>
    public IReadOnlyList<IReadOnlyList<double?>> Values { get; }
}
