using System.Diagnostics.CodeAnalysis;

namespace MlOps.Metrics;

/// <summary>Takes series for the same if their names and tags are.</summary>
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
        // Tags have no order, so neither may what is made of them.
        var tags = 0;
        foreach (var (key, value) in obj.Tags)
        {
            tags ^= HashCode.Combine(key, value);
        }

        return HashCode.Combine(obj.Name, tags);
    }
}
