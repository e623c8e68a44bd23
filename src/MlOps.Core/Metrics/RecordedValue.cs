namespace MlOps.Metrics;

/// <summary>A value as it waits in memory.</summary>
internal struct RecordedValue
{
    /// <summary>Stands for no step.</summary>
    public const long NoStep = long.MinValue;

    public MetricHandle Metric;
    public double Value;
    public long Ticks;
    public long Step;

    public readonly MetricDataPoint ToPoint(MetricSeries series) => new(series, Value, new DateTimeOffset(Ticks, TimeSpan.Zero), Step == NoStep ? null : Step);
}
