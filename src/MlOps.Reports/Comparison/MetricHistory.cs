namespace MlOps.Reports;

/// <summary>The values of a metric by step in the compared runs.</summary>
/// <remarks>
/// Instances are immutable and thread-safe. A history has one row for each step. If there are more steps than the <c>maxPoints</c> of
/// <see cref="RunComparisonExtensions.CompareAsync"/>, it has one row for each <see cref="StepsPerRow"/> steps. All runs have the same rows, so that the
/// values of a row can be compared.
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

    /// <summary>Gets the number of steps in a row.</summary>
    /// <value>1 if the history is not thinned; otherwise, a power of two.</value>
    public long StepsPerRow { get; }

    /// <summary>Gets the steps of the rows in ascending order.</summary>
    /// <value>
    /// The step of a row with several steps is the last of them for which a run has a value. Values without a step are numbered from 0.
    /// </value>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>Gets the values, shape <c>[runs, steps]</c>, in the order of <see cref="RunComparison.Runs"/> and <see cref="Steps"/>.</summary>
    /// <value>
    /// The value is <see langword="null"/> if the run has no value in the row. If it has several values in the row, the value is that of the greatest step. If
    /// it has several values for one step, the value is the last of them.
    /// </value>
    public IReadOnlyList<IReadOnlyList<double?>> Values { get; }

    /// <summary>Gets the number of recorded values of each run, before thinning.</summary>
    public IReadOnlyList<long> PointCounts { get; }

    /// <summary>Gets the buckets of values, shape <c>[runs, steps]</c>.</summary>
    internal IReadOnlyList<IReadOnlyList<StepBuckets.Bucket?>> Buckets { get; }
}
