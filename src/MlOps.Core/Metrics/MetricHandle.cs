namespace MlOps.Metrics;

/// <summary>Records values of one metric.</summary>
/// <remarks>
/// Thread-safe. Recording never blocks, never throws and does not allocate. Sinks receive the values in the order of recording. If several threads
/// record concurrently, the order of each thread is preserved.
/// </remarks>
public sealed class MetricHandle
{
    /// <summary>The number of collisions in one window after which the metric is spread over the stripes of the threads.</summary>
    private const int CollisionsToSpread = 64;
    /// <summary>The length of the window in milliseconds.</summary>
    private const int CollisionWindow = 1_024;

    private readonly MetricsScope _scope;
    private readonly MetricsClock _clock;
    private readonly bool _isRecorded;
    private RecordingStripe? _stripe;
    private long _window;
    private int _collisions;

    internal MetricHandle(MetricsScope scope, MetricSeries series, MetricSeries taggedSeries, MetricSampler?[] samplers, bool isRecorded)
    {
        _scope = scope;
        _clock = scope.Clock;
        _stripe = scope.ChooseStripe();
        _isRecorded = isRecorded;
        Series = series;
        TaggedSeries = taggedSeries;
        Samplers = samplers;
    }

    /// <summary>Gets the name, unit and tags of the metric.</summary>
    public MetricSeries Series { get; }

    /// <summary>Gets the series with the tags of the scope, for the configured sinks.</summary>
    internal MetricSeries TaggedSeries { get; }

    /// <summary>Gets the samplers by <see cref="SinkQueue.Index"/>. An element is <see langword="null"/> if the sink does not accept the metric, or
    /// accepts all points of all metrics.</summary>
    internal MetricSampler?[] Samplers { get; }

    /// <summary>Records a value with the current time and without a step.</summary>
    /// <param name="value">The value. NaN and infinities are allowed.</param>
    public void Record(double value) => Add(value, RecordedValue.NoStep);

    /// <summary>Records a value with the current time.</summary>
    /// <param name="value">The value. NaN and infinities are allowed.</param>
    /// <param name="step">The step of an iteration, such as an epoch; <see langword="null"/> for none.</param>
    public void Record(double value, long? step) => Add(value, step ?? RecordedValue.NoStep);

    /// <summary>Records a value with an explicit time, such as an imported value.</summary>
    /// <param name="value">The value. NaN and infinities are allowed.</param>
    /// <param name="step">The step of an iteration, such as an epoch; <see langword="null"/> for none.</param>
    /// <param name="time">The time of the measurement.</param>
    public void Record(double value, long? step, DateTimeOffset time)
    {
        if (_isRecorded)
        {
            Add(value, step ?? RecordedValue.NoStep, time.UtcTicks);
        }
    }

    private void Add(double value, long step)
    {
        if (_isRecorded)
        {
            Add(value, step, _clock.Ticks);
        }
    }

    private void Add(double value, long step, long ticks)
    {
        var stripe = Volatile.Read(ref _stripe);
        var isContended = (stripe ?? _scope.StripeOfThread()).Add(this, value, ticks, step);
        if (stripe is null)
        {
            return;
        }

        if (isContended)
        {
            CountCollision(stripe);
        }

        if (Volatile.Read(ref _stripe) is null)
        {
            // Another thread has spread the metric. Hand over this value before this thread records to its own stripe, to preserve the order.
            stripe.HandOver();
        }
    }

    /// <summary>Counts collisions of threads, without synchronization. If there are many, spreads the metric over the stripes of the threads.</summary>
    private void CountCollision(RecordingStripe stripe)
    {
        var window = Environment.TickCount64 / CollisionWindow;
        if (window != _window)
        {
            (_window, _collisions) = (window, 0);
        }

        if (++_collisions >= CollisionsToSpread)
        {
            // Hand over the recorded values before threads record to their own stripes, to preserve the order.
            stripe.HandOver(ref _stripe);
        }
    }
}
