using System.Collections.Frozen;

namespace MlOps.Metrics;

/// <summary>A series of metric points: name, unit and tags.</summary>
/// <remarks>Immutable and thread-safe. Series are compared by reference. To compare by value, compare name and tags.</remarks>
public sealed class MetricSeries
{
    /// <summary>Initializes a new instance of the <see cref="MetricSeries"/> class.</summary>
    /// <param name="name">The name of the metric, such as <c>loss</c>; 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values, such as <c>s</c>, or <see langword="null"/>.</param>
    /// <param name="tags">The tags that distinguish the series from others with the same name, or <see langword="null"/>.</param>
    public MetricSeries(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Unit = unit;
        Tags = tags is null || tags.Count == 0 ? FrozenDictionary<string, string>.Empty : tags.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets the name of the metric.</summary>
    public string Name { get; }

    /// <summary>Gets the unit of the values, or <see langword="null"/>.</summary>
    public string? Unit { get; }

    /// <summary>Gets the tags that distinguish the series from others with the same name.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string> Tags { get; }
}
