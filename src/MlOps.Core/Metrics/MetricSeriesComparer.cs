using System.Diagnostics.CodeAnalysis;

namespace MlOps.Metrics;

/// <summary>Compares series by name and tags.</summary>
internal sealed class MetricSeriesComparer : IEqualityComparer<MetricSeries>
{
    public static MetricSeriesComparer Instance { get; } = new();

    public bool Equals(MetricSeries? x, MetricSeries? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        if (x is null || y is null || x.Name != y.Name || x.Tags.Count != y.Tags.Count)
        {
            return false;
        }

        foreach (var (key, value) in x.Tags)
        {
            if (!y.Tags.TryGetValue(key, out var other) || other != value)
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode([DisallowNull] MetricSeries obj)
    {
        // Tags have no order, so the hash code must not depend on one.
        var tags = 0;
        foreach (var (key, value) in obj.Tags)
        {
            tags ^= HashCode.Combine(key, value);
        }

        return HashCode.Combine(obj.Name, tags);
    }
}
