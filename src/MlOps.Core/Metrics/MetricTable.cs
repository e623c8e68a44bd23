using System.Collections.Concurrent;
using MlOps.Documents;

namespace MlOps.Metrics;

/// <summary>The metrics that were asked for, by name and tags.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="create">Makes a metric of a series.</param>
internal sealed class MetricTable(Func<MetricSeries, MetricHandle> create)
{
    private readonly ConcurrentDictionary<string, MetricHandle> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MetricSeries, MetricHandle> _bySeries = new(MetricSeriesComparer.Instance);

    public IEnumerable<MetricHandle> Metrics => _byName.Values.Concat(_bySeries.Values);

    /// <exception cref="ArgumentException">The name or a tag cannot be recorded; the message says why.</exception>
    public MetricHandle Get(string name, string? unit, IReadOnlyDictionary<string, string>? tags)
    {
        ArgumentNullException.ThrowIfNull(name);
        var hasTags = tags is { Count: > 0 };
        if (!hasTags && _byName.TryGetValue(name, out var metric))
        {
            return metric;
        }

        RecordText.ThrowIfNotName("metric", name);
        if (unit is not null && RecordText.FindTextFault(unit) is { } unitFault)
        {
            throw new ArgumentException($"'{RecordText.Shorten(unit)}' cannot be the unit of '{name}': {unitFault}", nameof(unit));
        }

        foreach (var (key, value) in tags ?? new Dictionary<string, string>())
        {
            RecordText.ThrowIfNotName("tag", key);
            if (value is null || RecordText.FindTextFault(value) is not null)
            {
                throw new ArgumentException($"The tag '{key}' of the metric '{name}' cannot be recorded: {(value is null ? "it is null. Leave it out." : RecordText.FindTextFault(value))}", nameof(tags));
            }
        }

        var series = new MetricSeries(name, unit, tags);
        return hasTags ? _bySeries.GetOrAdd(series, create) : _byName.GetOrAdd(name, static (_, state) => state.create(state.series), (create, series));
    }
}
