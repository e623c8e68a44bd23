namespace MlOps.Metrics;

/// <summary>Gathers the points of one series for a segment.</summary>
internal sealed class MetricColumnBuilder(MetricSeries series)
{
    private readonly List<decimal> _times = [];
    private readonly List<double> _values = [];
    private List<long?>? _steps;
    private long _lastTicks = DateTimeOffset.UnixEpoch.Ticks;
    private long _lastStep;

    public MetricSeries Series { get; } = series;

    public void Add(in MetricDataPoint point)
    {
        var ticks = point.Timestamp.UtcTicks;
        _times.Add((ticks - _lastTicks) / (decimal)TimeSpan.TicksPerMillisecond);
        _lastTicks = ticks;
        if (point.Step is { } step)
        {
            _steps ??= [.. Enumerable.Repeat<long?>(null, _values.Count)];
            _steps.Add(step - _lastStep);
            _lastStep = step;
        }
        else
        {
            _steps?.Add(null);
        }

        _values.Add(point.Value);
    }

    public MetricColumn Build() => new()
    {
        Name = Series.Name,
        Unit = Series.Unit,

        // In an order of their own, so that a batch that is written again has the same bytes.
        Tags = Series.Tags.Count == 0 ? null : Series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
        Times = _times,
        Steps = _steps,
        Values = _values,
    };
}
