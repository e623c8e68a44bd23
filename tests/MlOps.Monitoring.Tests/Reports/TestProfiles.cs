using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

/// <summary>Makes exact profiles of values.</summary>
internal static class TestProfiles
{
    private const int Bins = 20;

    /// <summary>Makes a profile of numbers. Null is a missing value.</summary>
    public static FeatureProfile Numbers(string name, IReadOnlyList<double?> values, FeatureProfile? baseline = null)
    {
        double[] finite = [.. values.OfType<double>().Where(double.IsFinite).Order()];
        double[] edges = baseline is not null ? [.. baseline.BinEdges]
            : finite.Length == 0 ? [] : [.. Enumerable.Range(1, Bins - 1).Select(index => finite[index * (finite.Length - 1) / Bins]).Distinct()];
        var counts = new long[edges.Length + 1];
        foreach (var value in finite)
        {
            counts[edges.Count(edge => edge < value)]++;
        }

        var mean = finite.Length == 0 ? double.NaN : finite.Average(value => value / finite.Length) * finite.Length;
        return new FeatureProfile
        {
            Name = name,
            IsText = false,
            Count = values.Count,
            Missing = values.Count(static value => value is null),
            NaN = values.Count(static value => value is { } number && double.IsNaN(number)),
            PositiveInfinity = values.Count(static value => value == double.PositiveInfinity),
            NegativeInfinity = values.Count(static value => value == double.NegativeInfinity),
            Min = finite.Length == 0 ? double.NaN : finite[0],
            Max = finite.Length == 0 ? double.NaN : finite[^1],
            Mean = mean,
            StandardDeviation = finite.Length == 0 ? double.NaN : Math.Sqrt(finite.Average(value => (value - mean) * (value - mean))),
            BinEdges = edges,
            BinCounts = counts,
            Sample = [.. finite.Select(static value => (value, 1L))],
        };
    }

    /// <summary>Makes a profile of texts. Null is a missing value.</summary>
    public static FeatureProfile Texts(string name, IReadOnlyList<string?> values, FeatureProfile? baseline = null)
    {
        var known = baseline?.Categories.Select(static category => category.Key).ToHashSet(StringComparer.Ordinal);
        KeyValuePair<string, long>[] categories =
        [
            .. values.OfType<string>().GroupBy(static value => value, StringComparer.Ordinal)
                .Select(static group => KeyValuePair.Create(group.Key, (long)group.Count())).OrderByDescending(static category => category.Value),
        ];
        return new FeatureProfile
        {
            Name = name,
            IsText = true,
            Count = values.Count,
            Missing = values.Count(static value => value is null),
            Categories = categories,
            Unseen = known is null ? 0 : values.Count(value => value is not null && !known.Contains(value)),
            Distinct = categories.Length,
        };
    }
}
