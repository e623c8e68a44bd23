namespace MlOps.Metrics;

/// <summary>One measured value.</summary>
public readonly struct MetricDataPoint
{
    private const long NoStep = long.MinValue;
    private readonly long _ticks;
    private readonly long _step;

    /// <summary>Initializes a point.</summary>
    /// <param name="series">What was measured.</param>
    /// <param name="value">The value; NaN and the infinities are values like others.</param>
    /// <param name="timestamp">When; kept in UTC.</param>
    /// <param name="step">The step of an iteration, such as an epoch; <see langword="null"/> for none.</param>
    public MetricDataPoint(MetricSeries series, double value, DateTimeOffset timestamp, long? step = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series = series;
        Value = value;
        _ticks = timestamp.UtcTicks;
        _step = step ?? NoStep;
    }

    /// <summary>Gets what was measured.</summary>
    public MetricSeries Series { get; }

    /// <summary>Gets the value.</summary>
    public double Value { get; }

    /// <summary>Gets when it was measured, in UTC.</summary>
    public DateTimeOffset Timestamp => new(_ticks, TimeSpan.Zero);

    /// <summary>Gets the step of an iteration.</summary>
    /// <value><see langword="null"/> for none.</value>
    public long? Step => _step == NoStep ? null : _step;
}
