using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace MlOps.Metrics;

/// <summary>Publishes points as gauges of the meter <see cref="MlOpsDiagnostics.RecordedMeterName"/> for OpenTelemetry and Prometheus exporters.</summary>
/// <remarks>
/// Steps and times are not published. The run tag is not published either, because exporters keep every series in memory and each run would add new
/// ones. A gauge has the value that was recorded last in any run of its experiment.
/// </remarks>
internal sealed class MeterSink(IMeterFactory meters, MeterSinkOptions options) : IMetricsSink
{
    private readonly Meter _meter = meters.Create(MlOpsDiagnostics.RecordedMeterName);
    private readonly Dictionary<string, Gauge<double>> _gauges = new(StringComparer.Ordinal);
    private readonly Dictionary<MetricSeries, KeyValuePair<string, object?>[]> _published = new(MetricSeriesComparer.Instance);
    private readonly ConditionalWeakTable<MetricSeries, KeyValuePair<string, object?>[]> _tags = [];
    private readonly KeyValuePair<string, object?>[] _overflow = [new(MetricTable.OverflowTag, true)];

    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (ref readonly var point in points.Span)
        {
            GaugeOf(point.Series).Record(point.Value, TagsOf(point.Series));
        }

        return Task.CompletedTask;
    }

    private Gauge<double> GaugeOf(MetricSeries series)
    {
        if (!_gauges.TryGetValue(series.Name, out var gauge))
        {
            _gauges.Add(series.Name, gauge = _meter.CreateGauge<double>(series.Name, series.Unit));
        }

        return gauge;
    }

    private KeyValuePair<string, object?>[] TagsOf(MetricSeries series)
    {
        if (!_tags.TryGetValue(series, out var tags))
        {
            _tags.Add(series, tags = CreateTags(series));
        }

        return tags;
    }

    private KeyValuePair<string, object?>[] CreateTags(MetricSeries recorded)
    {
        var tags = recorded.Tags.Where(static tag => tag.Key != MetricsScope.RunTag);
        var series = new MetricSeries(recorded.Name, recorded.Unit, tags.ToDictionary());
        if (_published.TryGetValue(series, out var published))
        {
            return published;
        }

        if (_published.Count >= options.MaxSeries)
        {
            return _overflow;
        }

        published = [.. series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal)
            .Select(static tag => new KeyValuePair<string, object?>(tag.Key, tag.Value))];
        _published.Add(series, published);
        return published;
    }
}
