using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MlOps.Documents;

namespace MlOps.Metrics;

/// <summary>Holds the metrics of a scope by name and tags.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="create">Creates the metric of a series.</param>
/// <param name="maxSeries">The maximum number of tag combinations of one name. Further combinations share one overflow series.</param>
/// <param name="report">Called once for each name that exceeds the limit.</param>
internal sealed class MetricTable(Func<MetricSeries, MetricHandle> create, int maxSeries, Action<string> report)
{
    /// <summary>The tag of the overflow series, as defined by OpenTelemetry.</summary>
    public const string OverflowTag = "otel.metric.overflow";

    private readonly ConcurrentDictionary<string, MetricHandle> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MetricHandle> _overflow = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MetricSeries, MetricHandle> _bySeries = new(MetricSeriesComparer.Instance);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Gets the tags of the overflow series.</summary>
    public static IReadOnlyDictionary<string, string> OverflowTags { get; } = new Dictionary<string, string> { [OverflowTag] = "true" };

    /// <summary>Validates the name, the unit and the tags of a series.</summary>
    /// <exception cref="ArgumentException">The name, the unit or a tag is not valid.</exception>
    public static void Validate(string name, string? unit, IReadOnlyDictionary<string, string>? tags)
    {
        RecordText.ThrowIfNotName("metric", name);
        if (unit is not null && RecordText.FindTextFault(unit) is { } unitFault)
        {
            throw new ArgumentException($"'{RecordText.Shorten(unit)}' is not a valid unit of the metric '{name}': {unitFault}", nameof(unit));
        }

        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            RecordText.ThrowIfNotName("tag", key);
            if (value is null || RecordText.FindTextFault(value) is not null)
            {
                var fault = value is null ? "the value is null. Omit the tag." : RecordText.FindTextFault(value);
                throw new ArgumentException($"The tag '{key}' of the metric '{name}' is not valid: {fault}", nameof(tags));
            }
        }
    }

    /// <summary>Gets or creates the metric with a name and tags.</summary>
    /// <exception cref="ArgumentException">The name, the unit or a tag is not valid.</exception>
    public MetricHandle Get(string name, string? unit, IReadOnlyDictionary<string, string>? tags)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hasTags = tags is { Count: > 0 };
        if (!hasTags && _byName.TryGetValue(name, out var metric))
        {
            return metric;
        }

        Validate(name, unit, tags);
        var series = new MetricSeries(name, unit, tags);
        return hasTags ? GetTagged(series) : _byName.GetOrAdd(name, static (_, state) => state.create(state.series), (create, series));
    }

    private MetricHandle GetTagged(MetricSeries series)
    {
        if (_bySeries.TryGetValue(series, out var metric) || _overflow.TryGetValue(series.Name, out metric))
        {
            return metric;
        }

        lock (_counts)
        {
            if (_bySeries.TryGetValue(series, out metric) || _overflow.TryGetValue(series.Name, out metric))
            {
                return metric;
            }

            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, series.Name, out _);
            if (count >= maxSeries)
            {
                report(series.Name);
                return _overflow[series.Name] = create(new MetricSeries(series.Name, series.Unit, OverflowTags));
            }

            count++;
            return _bySeries[series] = create(series);
        }
    }
}
