using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MlOps.Metrics;

namespace MlOps.Tracking;

/// <summary>Summarizes the points of a run by metric.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RunMetricSummarizer
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Accumulator> _byName = new(StringComparer.Ordinal);

    /// <summary>Caches the values by series, so that the name of a series with tags is formatted only once.</summary>
    private readonly ConditionalWeakTable<MetricSeries, Accumulator> _bySeries = [];

    private long _count;

    /// <param name="before">The summaries of a resumed run.</param>
    public RunMetricSummarizer(IEnumerable<KeyValuePair<string, MetricSummary>> before)
    {
        foreach (var (name, summary) in before)
        {
            _byName.Add(name, new Accumulator(summary));
        }
    }

    /// <summary>Gets the number of added points.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Gets the name of a series, which includes its tags, such as <c>loss{fold=1}</c>.</summary>
    public static string NameOf(MetricSeries series)
    {
        var tags = series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}");
        return series.Tags.Count == 0 ? series.Name : $"{series.Name}{{{string.Join(',', tags)}}}";
    }

    /// <summary>Adds points in the order in which they were recorded.</summary>
    public void Add(ReadOnlySpan<MetricDataPoint> points)
    {
        lock (_lock)
        {
            foreach (ref readonly var point in points)
            {
                AccumulatorOf(point.Series).Add(point);
            }

            _count += points.Length;
        }
    }

    /// <summary>Gets the summaries of the added points.</summary>
    public ImmutableSortedDictionary<string, MetricSummary> ToSummaries()
    {
        lock (_lock)
        {
            return _byName.ToImmutableSortedDictionary(static pair => pair.Key, static pair => pair.Value.ToSummary(), StringComparer.Ordinal);
        }
    }

    private Accumulator AccumulatorOf(MetricSeries series)
    {
        if (!_bySeries.TryGetValue(series, out var values))
        {
            var name = NameOf(series);
            if (!_byName.TryGetValue(name, out values))
            {
                _byName.Add(name, values = new Accumulator(before: null));
            }

            _bySeries.Add(series, values);
        }

        return values;
    }

    /// <summary>The values of one metric. <see cref="long.MinValue"/> represents a missing step.</summary>
    private sealed class Accumulator
    {
        private bool _hasLast;
        private double _last;
        private long _lastStep = long.MinValue;
        private DateTimeOffset _lastTime;
        private double _minimum = double.NaN;
        private long _minimumStep = long.MinValue;
        private double _maximum = double.NaN;
        private long _maximumStep = long.MinValue;

        public Accumulator(MetricSummary? before)
        {
            if (before is not null)
            {
                (_hasLast, _last, _lastStep, _lastTime) = (true, before.Last, before.LastStep ?? long.MinValue, before.LastTime);
                (_minimum, _minimumStep) = (before.Minimum ?? double.NaN, before.MinimumStep ?? long.MinValue);
                (_maximum, _maximumStep) = (before.Maximum ?? double.NaN, before.MaximumStep ?? long.MinValue);
            }
        }

        public void Add(in MetricDataPoint point)
        {
            var (value, step) = (point.Value, point.Step ?? long.MinValue);
            if (!_hasLast || step > _lastStep || (step == _lastStep && point.Timestamp >= _lastTime))
            {
                (_hasLast, _last, _lastStep, _lastTime) = (true, value, step, point.Timestamp);
            }

            // Comparisons with NaN are false, so NaN never replaces a value and is always replaced.
            if (!(value >= _minimum) && !double.IsNaN(value))
            {
                (_minimum, _minimumStep) = (value, step);
            }

            if (!(value <= _maximum) && !double.IsNaN(value))
            {
                (_maximum, _maximumStep) = (value, step);
            }
        }

        public MetricSummary ToSummary() => new()
        {
            Last = _last,
            LastStep = ToStep(_lastStep),
            LastTime = _lastTime,
            Minimum = double.IsNaN(_minimum) ? null : _minimum,
            MinimumStep = ToStep(_minimumStep),
            Maximum = double.IsNaN(_maximum) ? null : _maximum,
            MaximumStep = ToStep(_maximumStep),
        };

        private static long? ToStep(long step) => step == long.MinValue ? null : step;
    }
}
