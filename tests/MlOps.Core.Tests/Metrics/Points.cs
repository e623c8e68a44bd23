namespace MlOps.Metrics;

internal static class Points
{
    /// <summary>Creates one point for each step. The value is the step.</summary>
    public static MetricDataPoint[] Of(string name, params long[] steps)
    {
        var series = new MetricSeries(name);
        return [.. steps.Select(step => new MetricDataPoint(series, step, DateTimeOffset.UnixEpoch, step))];
    }
}
