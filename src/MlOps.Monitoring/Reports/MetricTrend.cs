using MlOps.Monitoring.Quality;
using MlOps.Reports;
using MlOps.Tracking;

namespace MlOps.Monitoring.Reports;

/// <summary>A quality metric of the windows of a report.</summary>
/// <param name="Metric">The name of the metric.</param>
/// <param name="Points">The windows with a value, oldest first.</param>
internal sealed record MetricTrend(string Metric, IReadOnlyList<MetricTrend.Point> Points)
{
    public string Name => ReportText.Name(Metric);

    /// <summary>Gets the better direction, or <see langword="null"/> if there is none. Names of classes, as in <c>recall/rain</c>, are ignored.</summary>
    public MetricDirection? Direction => MetricDirections.Infer(Metric.Split('/')[0]);

    /// <summary>Gets a value indicating whether a fall of the metric is a finding. Metrics of one class and averages over classes are not judged, because
    /// many classes, or a class with few rows, would cause false alarms.</summary>
    private bool IsJudged => !Metric.Contains('/', StringComparison.Ordinal)
        && !Metric.StartsWith("macro_", StringComparison.Ordinal) && !Metric.StartsWith("weighted_", StringComparison.Ordinal);

    /// <summary>Gets the latest window with a realised value.</summary>
    public Point? Realised => Points.LastOrDefault(static point => point.Realised is not null);

    /// <summary>Gets the latest window with an estimated value.</summary>
    public Point? Estimated => Points.LastOrDefault(static point => point.Estimated is not null);

    /// <summary>Gets the first and the latest realised values if the latest is worse and their intervals do not overlap.</summary>
    public (QualityEstimate First, QualityEstimate Last)? RealisedFall => FindFall(static point => point.Realised);

    /// <summary>Gets the first and the latest estimated values if the latest is worse and their intervals do not overlap.</summary>
    public (QualityEstimate First, QualityEstimate Last)? EstimatedFall => FindFall(static point => point.Estimated);

    /// <summary>Writes a change for the worse, such as <c>accuracy fell from 0.86 to 0.71</c>.</summary>
    public string Describe((QualityEstimate First, QualityEstimate Last) fall) =>
        $"{Name} {(Direction == MetricDirection.Minimize ? "rose" : "fell")} from {ReportText.Short(fall.First.Value)} to {ReportText.Short(fall.Last.Value)}";

    public static IReadOnlyList<MetricTrend> Create(IReadOnlyList<KeyValuePair<DateTimeOffset, QualityResult>> quality)
    {
        var names = quality.SelectMany(static window => window.Value.Metrics.Keys.Concat(window.Value.Estimated.Keys)).Distinct(StringComparer.Ordinal);
        return
        [
            .. names.Select(name => new MetricTrend(
                name,
                [
                    .. quality.Select(window => new Point(window.Key, Find(window.Value.Metrics, name), Find(window.Value.Estimated, name)))
                        .Where(static point => point.Realised is not null || point.Estimated is not null),
                ])).Where(static trend => trend.Points.Count > 0),
        ];
    }

    private static QualityEstimate? Find(IReadOnlyDictionary<string, QualityEstimate> metrics, string name) =>
        metrics.TryGetValue(name, out var estimate) && double.IsFinite(estimate.Value) ? estimate : null;

    private (QualityEstimate First, QualityEstimate Last)? FindFall(Func<Point, QualityEstimate?> valueOf)
    {
        var values = Points.Select(valueOf).OfType<QualityEstimate>().ToArray();
        if (values.Length < 2 || !IsJudged)
        {
            return null;
        }

        // The comparisons are false for NaN, which is the bound of an interval that was not computed.
        var (first, last) = (values[0], values[^1]);
        var isWorse = Direction switch
        {
            MetricDirection.Maximize => last.High < first.Low,
            MetricDirection.Minimize => last.Low > first.High,
            _ => false,
        };
        return isWorse ? (first, last) : null;
    }

    /// <summary>The values of a window.</summary>
    internal sealed record Point(DateTimeOffset Start, QualityEstimate? Realised, QualityEstimate? Estimated);
}
