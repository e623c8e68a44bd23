using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Records what meters measure, as points of the instrument's name with the measurement's tags.</summary>
/// <remarks>
/// <para>Of a counter each addition is a point, of a histogram each value, of an observable instrument what it shows when it is read.</para>
/// <para>What the pipeline says of itself, and what is measured while a sink takes points, is left out: each would make the next.</para>
/// </remarks>
internal sealed partial class MeterIntake : IDisposable
{
    private readonly MetricsPipeline _pipeline;
    private readonly ILogger _logger;
    private readonly HashSet<string> _meters;
    private readonly object _scope;
    private readonly int _maxSeries;
    private readonly MeterListener _listener = new();
    private readonly ITimer _timer;

    /// <param name="pipeline">What records.</param>
    /// <param name="options">Which meters, and how often.</param>
    /// <param name="scope">The application's factory of meters; another's in the process are not its.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told when an observable instrument throws.</param>
    public MeterIntake(MetricsPipeline pipeline, MetricsOptions options, IMeterFactory scope, TimeProvider timeProvider, ILogger logger)
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
        _timer = timeProvider.CreateTimer(static intake => ((MeterIntake)intake!).Collect(), this, options.CollectInterval, options.CollectInterval);
    }

    /// <summary>Reads observable instruments.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The instruments are anybody's.")]
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

    [LoggerMessage(710, LogLevel.Warning, "Observable instruments could not be read; what others show was recorded.")]
    private partial void LogNotCollected(Exception exception);

    /// <summary>The series of one instrument, by the tags of measurements; finding one allocates nothing.</summary>
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
            pipeline.Measured.CreateMetric(new MetricSeries(instrument.Name, instrument.Unit, tags));
    }
}
