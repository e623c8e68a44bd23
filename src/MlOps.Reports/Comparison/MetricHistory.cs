namespace MlOps.Reports;

/// <summary>The values of a metric in runs, by step.</summary>
/// <remarks>
/// Immutable and thread-safe. A history has a row for each step, or, if there are more steps than <see cref="RunComparisonExtensions.CompareAsync"/> was asked
/// for, a row for each <see cref="StepsPerRow"/> steps. The rows are the same for all runs, so that the values of a row can be compared.
/// </remarks>
public sealed class MetricHistory
{
    internal MetricHistory(
        string metric, int shift, IReadOnlyList<long> steps, IReadOnlyList<IReadOnlyList<StepBuckets.Bucket?>> buckets, IReadOnlyList<long> pointCounts)
    {
        Metric = metric;
        StepsPerRow = 1L << Math.Min(shift, 62);
        Steps = steps;
        Buckets = buckets;
        Values = [.. buckets.Select(static run => run.Select(static bucket => bucket?.Last).ToArray())];
        PointCounts = pointCounts;
    }

    /// <summary>Gets the name of the metric, with the tags of the series if it has any, such as <c>loss{fold=1}</c>.</summary>
    public string Metric { get; }

    /// <summary>Gets the number of steps that a row stands for.</summary>
    /// <value>1 if each step has a row, and nothing was thinned; otherwise a power of two.</value>
    public long StepsPerRow { get; }

    /// <summary>Gets the steps of the rows, ascending. The step of a row that stands for several is the last of them for which a run has a value.</summary>
    /// <value>Values that were recorded without a step are numbered from 0.</value>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>Gets for each run, in the order of <see cref="RunComparison.Runs"/>, the value in each row of <see cref="Steps"/>.</summary>
    /// <value>
    /// <see langword="null"/> where the run has no value. Of several values in a row, the one with the greatest step; of several for one step, the last.
    /// </value>
    public IReadOnlyList<IReadOnlyList<double?>> Values { get; }

    /// <summary>Gets for each run the number of values that were recorded, before any thinning.</summary>
    public IReadOnlyList<long> PointCounts { get; }

    /// <summary>Gets for each run the values that each row stands for.</summary>
    internal IReadOnlyList<IReadOnlyList<StepBuckets.Bucket?>> Buckets { get; }
}
