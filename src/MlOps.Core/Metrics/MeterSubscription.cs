using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Subscribes to meters and records each measurement as a point with the name of the instrument and the tags of the measurement.</summary>
/// <remarks>
/// <para>Each increment of a counter, each value of a histogram and each observed value of an observable instrument is one point.</para>
/// <para>Metrics of the pipeline, and measurements during the delivery to a sink, are excluded, because each delivery would create new points.</para>
/// </remarks>
internal sealed partial class MeterSubscription : IDisposable
{
    private readonly MetricsPipeline _pipeline;
    private readonly ILogger _logger;
    private readonly HashSet<string> _meters;
    private readonly object _scope;
    private readonly int _maxSeries;
    private readonly MeterListener _listener = new();
    private readonly ITimer _timer;

    /// <summary>Initializes a new instance of the <see cref="MeterSubscription"/> class and starts listening.</summary>
    /// <param name="pipeline">The pipeline that records the points.</param>
    /// <param name="options">The names of the meters, and the collection interval.</param>
    /// <param name="scope">The meter factory of the application. Meters of other factories in the process are excluded.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger for observable instruments that throw.</param>
    public MeterSubscription(MetricsPipeline pipeline, MetricsOptions options, IMeterFactory scope, TimeProvider timeProvider, ILogger logger)
    {
        _pipeline = pipeline;
        _logger = logger;
        _meters = [.. options.Meters ?? [MlOpsDiagnostics.MeterName]];
        _scope = scope;
        _maxSeries = options.MaxSeries;
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record((double)value, tags, state));
        _listener.Start();
        _timer = timeProvider.CreateTimer(static subscription => ((MeterSubscription)subscription!).Collect(), this, options.CollectInterval,
            options.CollectInterval);
    }

    /// <summary>Reads all observable instruments.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "Callbacks of instruments may throw any exception. It is logged.")]
    public void Collect()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (Exception exception)
        {
            LogNotCollected(exception);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (!SinkQueue.IsDelivering)
        {
            ((MeasuredInstrument)state!).Get(tags).Record(value);
        }
    }

    private void Listen(Instrument instrument, MeterListener listener)
    {
        if (_meters.Contains(instrument.Meter.Name)
            && (instrument.Meter.Scope is null || instrument.Meter.Scope == _scope)
            && !instrument.Name.StartsWith(MlOpsDiagnostics.MetricsPrefix, StringComparison.Ordinal))
        {
            listener.EnableMeasurementEvents(instrument, new MeasuredInstrument(_pipeline, instrument, _maxSeries));
        }
    }

    [LoggerMessage(
        710,
        LogLevel.Warning,
        "An observable instrument threw an exception and was not recorded. The other instruments were recorded. Correct the callback of the instrument.")]
    private partial void LogNotCollected(Exception exception);

    /// <summary>The series of one instrument, by the tags of the measurements. A lookup does not allocate.</summary>
    private sealed class MeasuredInstrument(MetricsPipeline pipeline, Instrument instrument, int maxSeries)
    {
        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricHandle> _metrics = new(MeasurementTagsComparer.Instance);
        private MetricHandle? _untagged;
        private MetricHandle? _overflow;
        private int _count;

        public MetricHandle Get(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
            {
                return _untagged ??= Create(null);
            }

            var metrics = _metrics.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
            if (metrics.TryGetValue(tags, out var metric))
            {
                return metric;
            }

            if (Volatile.Read(ref _count) >= maxSeries)
            {
                return _overflow ?? CreateOverflow();
            }

            var byKey = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value) in tags)
            {
                byKey[key] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            }

            metric = Create(byKey);
            if (_metrics.TryAdd(tags.ToArray(), metric))
            {
                Interlocked.Increment(ref _count);
                return metric;
            }

            return metrics[tags];
        }

        private MetricHandle CreateOverflow()
        {
            var created = Create(MetricTable.OverflowTags);
            if (Interlocked.CompareExchange(ref _overflow, created, null) is { } other)
            {
                return other;
            }

            pipeline.ReportTooManySeries(instrument.Name);
            return created;
        }

        private MetricHandle Create(IReadOnlyDictionary<string, string>? tags) =>
            pipeline.MeterScope.CreateMetric(new MetricSeries(instrument.Name, instrument.Unit, tags));
    }
}
