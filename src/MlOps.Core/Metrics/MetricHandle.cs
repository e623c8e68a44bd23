namespace MlOps.Metrics;

/// <summary>Records values of one kind.</summary>
/// <remarks>
/// Thread-safe. Recording never waits, never throws and allocates nothing. Values reach the sinks in the order in which they were recorded; where several threads record at the same time, in that of each thread.
/// </remarks>
public sealed class MetricHandle
{
    /// <summary>So many meetings of threads within a second, and the metric is spread over threads: then it costs the same on any number of them.</summary>
    private const int MeetingsToSpread = 64;
    private const int MeetingsWindow = 1_024;

    private readonly MetricsPipeline _pipeline;
    private readonly MetricRoute[] _routes;
    private RecordingStripe? _stripe;
    private volatile bool _isRecorded;
    private long _window;
    private int _meetings;

    internal MetricHandle(MetricsPipeline pipeline, MetricSeries series, MetricsScope? scope, MetricRoute[] routes)
    {
        _pipeline = pipeline;
        _routes = routes;
        _stripe = pipeline.Buffers.ChooseStripe();
        _isRecorded = scope is not null || routes.Length > 0;
        Series = series;
        Scope = scope;
    }

    /// <summary>Gets what is measured.</summary>
    public MetricSeries Series { get; }

    /// <summary>Gets whom else it is recorded for, besides the sinks that the settings name.</summary>
    internal MetricsScope? Scope { get; }

    /// <summary>Records a value of now.</summary>
    /// <param name="value">The value; NaN and the infinities are values like others.</param>
    /// <param name="step">The step of an iteration, such as an epoch; <see langword="null"/> for none.</param>
    public void Record(double value, long? step = null)
    {
        if (!_isRecorded)
        {
            Scope?.CountDropped();
            return;
        }

        var stripe = Volatile.Read(ref _stripe);
        if ((stripe ?? _pipeline.Buffers.StripeOfThread()).Add(this, value, _pipeline.Clock.Ticks, step ?? RecordedValue.NoStep) && stripe is not null)
        {
            Meet(stripe);
        }

        // Another thread has spread the metric meanwhile: this value comes before what this thread records elsewhere from now on.
        if (stripe is not null && Volatile.Read(ref _stripe) is null)
        {
            stripe.Detach();
        }
    }

    /// <summary>Drops, and counts, what is recorded from now on.</summary>
    internal void End() => _isRecorded = false;

    /// <summary>Takes a recorded value to the sinks. One caller at a time.</summary>
    internal void Deliver(in RecordedValue value)
    {
        Scope?.Queue.Add(value.ToPoint(Series));
        foreach (var route in _routes)
        {
            route.Add(value);
        }
    }

    /// <summary>Counts, loosely, how often threads meet here, and spreads the metric over threads if they keep doing so.</summary>
    private void Meet(RecordingStripe stripe)
    {
        var window = Environment.TickCount64 / MeetingsWindow;
        if (window != _window)
        {
            (_window, _meetings) = (window, 0);
        }

        if (++_meetings >= MeetingsToSpread)
        {
            // What was recorded so far comes before what the threads record elsewhere from now on.
            stripe.Detach(ref _stripe);
        }
    }
}
