using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Creates exact profiles of values in memory.</summary>
internal static class TestProfiles
{
    public static DataProfile Of(params FeatureProfile[] features) => new(features.Length == 0 ? 0 : features[0].Count, features);

    public static FeatureProfile Numbers(string name, IEnumerable<double> values, long missing = 0)
    {
        double[] all = [.. values];
        double[] sorted = [.. all.Where(double.IsFinite).Order()];
        return Sorted(name, sorted, missing, all.LongCount(double.IsNaN), all.LongCount(double.IsInfinity));
    }

    public static FeatureProfile Sorted(string name, double[] sorted, long missing = 0, long nan = 0, long infinite = 0) => new()
    {
        Name = name,
        IsText = false,
        Count = sorted.Length + missing + nan + infinite,
        Missing = missing,
        NaN = nan,
        PositiveInfinity = infinite,
        Min = sorted.Length == 0 ? double.NaN : sorted[0],
        Max = sorted.Length == 0 ? double.NaN : sorted[^1],
        Sample = Array.ConvertAll(sorted, static value => (value, 1L)),
    };

    public static FeatureProfile Texts(string name, params (string Category, long Count)[] categories) => Texts(name, categories, other: 0);

    public static FeatureProfile Texts(string name, IEnumerable<(string Category, long Count)> categories, long other, long unseen = 0)
    {
        var listed = categories.Where(static pair => pair.Count > 0).OrderByDescending(static pair => pair.Count).ToArray();
        return new FeatureProfile
        {
            Name = name,
            IsText = true,
            Count = listed.Sum(static pair => pair.Count) + other,
            Categories = [.. listed.Select(static pair => KeyValuePair.Create(pair.Category, pair.Count))],
            OtherCategories = other,
            Unseen = unseen,
            Known = unseen > 0 ? [.. listed.Select(static pair => pair.Category)] : null,
        };
    }

    /// <summary>Creates evenly spaced quantiles of the uniform distribution on [0, 1) + shift.</summary>
    public static double[] Grid(int count, double shift = 0) => [.. Enumerable.Range(0, count).Select(index => ((index + 0.5) / count) + shift)];
}
