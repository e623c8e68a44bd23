namespace MlOps.Metrics;

/// <summary>A value of a metric at a point in time.</summary>
public readonly struct MetricDataPoint
{
    private const long NoStep = long.MinValue;
    private readonly long _ticks;
    private readonly long _step;

    /// <summary>Initializes a new instance of the <see cref="MetricDataPoint"/> struct.</summary>
    /// <param name="series">The series of the point.</param>
    /// <param name="value">The value. NaN and infinities are allowed.</param>
    /// <param name="timestamp">The time of the measurement, which is converted to UTC.</param>
    /// <param name="step">The step of an iteration, such as an epoch, or <see langword="null"/>.</param>
    public MetricDataPoint(MetricSeries series, double value, DateTimeOffset timestamp, long? step = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series = series;
        Value = value;
        _ticks = timestamp.UtcTicks;
        _step = step ?? NoStep;
    }

    /// <summary>Gets the series of the point.</summary>
    public MetricSeries Series { get; }

    /// <summary>Gets the value.</summary>
    public double Value { get; }

    /// <summary>Gets the time of the measurement, in UTC.</summary>
    public DateTimeOffset Timestamp => new(_ticks, TimeSpan.Zero);

    /// <summary>Gets the step of an iteration, or <see langword="null"/>.</summary>
    public long? Step => _step == NoStep ? null : _step;
}
