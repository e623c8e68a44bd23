using MlOps.Metrics;

namespace MlOps.Reports;

/// <summary>Aligns the metric values of several runs by step. Memory use is bounded for any number of values.</summary>
/// <param name="maxRows">The maximum number of rows of a history.</param>
internal sealed class HistoryAlignment(int maxRows)
{
    private readonly List<Dictionary<string, StepBuckets>> _runs = [];

    public async Task AddRunAsync(IAsyncEnumerable<MetricDataPoint> points)
    {
        var metrics = new Dictionary<string, StepBuckets>(StringComparer.Ordinal);
        var (series, buckets) = ((MetricSeries?)null, new StepBuckets(maxRows));
        await foreach (var point in points.ConfigureAwait(false))
        {
            if (point.Series != series)
            {
                series = point.Series;
                var name = SeriesName(series);
                if (!metrics.TryGetValue(name, out buckets!))
                {
                    metrics.Add(name, buckets = new StepBuckets(maxRows));
                }
            }

            buckets.Add(point.Step, point.Value);
        }

        _runs.Add(metrics);
    }

    public IReadOnlyList<MetricHistory> ToHistories() =>
    [
        .. _runs.SelectMany(static run => run).Where(static metric => metric.Value.Count > 1).Select(static metric => metric.Key)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Align),
    ];

    /// <summary>Formats the name of a series, with its tags if it has any. <see cref="Tracking.Run.Metrics"/> uses the same names.</summary>
    public static string SeriesName(MetricSeries series)
    {
        var tags = series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}");
        return series.Tags.Count == 0 ? series.Name : $"{series.Name}{{{string.Join(',', tags)}}}";
    }

    private MetricHistory Align(string metric)
    {
        var runs = _runs.ConvertAll(run => run.GetValueOrDefault(metric) ?? new StepBuckets(maxRows));
        var shift = runs.Max(static run => run.Shift);
        var steps = new SortedDictionary<long, long>();
        do
        {
            steps.Clear();
            foreach (var run in runs)
            {
                run.Widen(shift);
                foreach (var bucket in run.Buckets)
                {
                    var index = run.IndexOf(bucket);
                    steps[index] = Math.Max(steps.GetValueOrDefault(index, long.MinValue), bucket.Step);
                }
            }

            shift++;
        }
        while (steps.Count > maxRows);

        var buckets = runs.ConvertAll(run => Fill(run, steps.Keys));
        return new MetricHistory(metric, shift - 1, [.. steps.Values], buckets, runs.ConvertAll(static run => run.Count));
    }

    private static StepBuckets.Bucket?[] Fill(StepBuckets run, IReadOnlyCollection<long> rows)
    {
        var buckets = run.Buckets.ToDictionary(run.IndexOf);
        return [.. rows.Select(row => buckets.TryGetValue(row, out var bucket) ? bucket : (StepBuckets.Bucket?)null)];
    }
}
