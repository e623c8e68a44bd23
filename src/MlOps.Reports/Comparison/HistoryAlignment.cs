using MlOps.Metrics;

namespace MlOps.Reports;

/// <summary>Gathers the values of metrics of runs, of each series a bounded number, and puts them side by side by their steps.</summary>
internal sealed class HistoryAlignment(int maxPoints)
{
    private readonly List<Dictionary<string, Series>> _runs = [];

    public async Task AddRunAsync(IAsyncEnumerable<MetricDataPoint> points)
    {
        var metrics = new Dictionary<string, Series>(StringComparer.Ordinal);
        await foreach (var point in points.ConfigureAwait(false))
        {
            if (!metrics.TryGetValue(point.Series.Name, out var series))
            {
                metrics.Add(point.Series.Name, series = new Series(maxPoints));
            }

            series.Add(point);
        }

        _runs.Add(metrics);
    }

    public IReadOnlyList<MetricHistory> ToHistories() =>
    [
        .. _runs.SelectMany(static run => run).Where(static metric => metric.Value.Count > 1).Select(static metric => metric.Key)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Align),
    ];

    private MetricHistory Align(string metric)
    {
        var series = _runs.Select(run => run.TryGetValue(metric, out var found) ? found.ToSteps() : []).ToArray();
        long[] steps = [.. series.SelectMany(static values => values.Keys).Distinct().Order()];
        return new MetricHistory(metric, steps, [.. series.Select(values => Array.ConvertAll(steps, step => values.TryGetValue(step, out var value) ? value : (double?)null))]);
    }

    private sealed class Series(int maxPoints)
    {
        private readonly SeriesThinning<(long Step, double Value)> _points = new(maxPoints, static point => point.Value);

        public long Count { get; private set; }

        public void Add(MetricDataPoint point)
        {
            _points.Add((point.Step ?? Count, point.Value));
            Count++;
        }

        public Dictionary<long, double> ToSteps()
        {
            var steps = new Dictionary<long, double>();
            foreach (var (step, value) in _points.ToArray())
            {
                steps[step] = value;
            }

            return steps;
        }
    }
}
