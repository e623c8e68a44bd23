namespace MlOps.Metrics;

/// <summary>A recorded value in memory.</summary>
internal struct RecordedValue
{
    /// <summary>The value of <see cref="Step"/> that represents no step.</summary>
    public const long NoStep = long.MinValue;

    public MetricHandle Metric;
    public double Value;
    public long Ticks;
    public long Step;

    public readonly MetricDataPoint ToPoint(MetricSeries series) => new(series, Value, new DateTimeOffset(Ticks, TimeSpan.Zero), Step == NoStep ? null : Step);
}
