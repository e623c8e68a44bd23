using System.Collections.Frozen;

namespace MlOps.Metrics;

/// <summary>What points have in common: the name of what is measured, its unit, and tags.</summary>
/// <remarks>Immutable and thread-safe. Two series are the same if they are one object; whoever needs equality by value compares name and tags.</remarks>
public sealed class MetricSeries
{
    /// <summary>Initializes a series.</summary>
    /// <param name="name">What is measured, such as <c>loss</c>; 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values, such as <c>s</c>; <see langword="null"/> for none.</param>
    /// <param name="tags">What tells it from others of the name; <see langword="null"/> for nothing.</param>
    public MetricSeries(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        Unit = unit;
        Tags = tags is null || tags.Count == 0 ? FrozenDictionary<string, string>.Empty : tags.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets the name of what is measured.</summary>
    public string Name { get; }

    /// <summary>Gets the unit of the values.</summary>
    /// <value><see langword="null"/> for none.</value>
    public string? Unit { get; }

    /// <summary>Gets what tells the series from others of the name.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, string> Tags { get; }
}
