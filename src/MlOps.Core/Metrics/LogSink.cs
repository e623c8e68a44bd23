using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Logs one line for each series of a batch: the last value, the number of values, the minimum and the maximum.</summary>
internal sealed partial class LogSink(ILogger logger) : IMetricsSink
{
    private readonly ILogger _logger = logger;

    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_logger.IsEnabled(LogLevel.Information))
        {
            foreach (var summary in Summarize(points.Span).Values)
            {
                Log(summary);
            }
        }

        return Task.CompletedTask;
    }

    private static Dictionary<MetricSeries, Summary> Summarize(ReadOnlySpan<MetricDataPoint> points)
    {
        var summaries = new Dictionary<MetricSeries, Summary>(MetricSeriesComparer.Instance);
        foreach (ref readonly var point in points)
        {
            if (!summaries.TryGetValue(point.Series, out var summary))
            {
                summaries.Add(point.Series, summary = new Summary());
            }

            summary.Add(point);
        }

        return summaries;
    }

    private void Log(Summary summary)
    {
        var (series, value, step) = (summary.Last.Series, summary.Last.Value, summary.Last.Step);
        var tags = string.Join(", ", series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}"));
        var at = step is { } number ? string.Create(CultureInfo.InvariantCulture, $" at step {number}") : "";
        if (summary.Count == 1)
        {
            LogValue(series.Name, tags, value, series.Unit ?? "", at);
        }
        else
        {
            LogValues(series.Name, tags, value, series.Unit ?? "", at, summary.Count, summary.Minimum, summary.Maximum);
        }
    }

    [LoggerMessage(720, LogLevel.Information, "{Metric} {{{Tags}}} = {Value:R} {Unit}{Step}")]
    private partial void LogValue(string metric, string tags, double value, string unit, string step);

    [LoggerMessage(721, LogLevel.Information, "{Metric} {{{Tags}}} = {Value:R} {Unit}{Step}, the last of {Count} values from {Minimum:R} to {Maximum:R}")]
    private partial void LogValues(string metric, string tags, double value, string unit, string step, int count, double minimum, double maximum);

    private sealed class Summary
    {
        public MetricDataPoint Last { get; private set; }

        public int Count { get; private set; }

        public double Minimum { get; private set; } = double.PositiveInfinity;

        public double Maximum { get; private set; } = double.NegativeInfinity;

        public void Add(in MetricDataPoint point)
        {
            Last = point;
            Count++;

            // NaN is ignored, because comparisons with NaN are false.
            Minimum = point.Value < Minimum ? point.Value : Minimum;
            Maximum = point.Value > Maximum ? point.Value : Maximum;
        }
    }
}
