using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>The numbers of rows by category in the baseline and in the current rows, with the rare categories together.</summary>
/// <remarks>
/// A category has its own row if its count in both samples together is large enough. The choice by the count in one sample would be biased: a category that is frequent
/// by chance in that sample is less frequent in the other one.
/// </remarks>
internal sealed class CategoryTable
{
    private const double MinExpected = 5;
    private const string Rare = "all other categories";

    private CategoryTable(IReadOnlyList<(string Name, long Baseline, long Current)> rows, double unseenRate) => (Rows, UnseenRate) = (rows, unseenRate);

    /// <summary>Gets the rows; empty if every category is rare.</summary>
    public IReadOnlyList<(string Name, long Baseline, long Current)> Rows { get; }

    public double UnseenRate { get; }

    public static CategoryTable Create(FeatureProfile baseline, FeatureProfile current)
    {
        var listed = Listed(baseline, current);
        var least = LeastCount(baseline, current);
        var rows = listed.Where(row => row.Baseline + row.Current >= least).OrderByDescending(static row => row.Baseline + row.Current).ToList();
        var unseen = CategoryComparison.UnseenRate(baseline, current);
        var rest = (
            Name: Rare,
            Baseline: baseline.Values - rows.Sum(static row => row.Baseline),
            Current: Math.Max(0, current.Values - rows.Sum(static row => row.Current)));
        if (rows.Count == 0 || rest.Baseline + rest.Current == 0)
        {
            return new CategoryTable(rows, unseen);
        }

        // Two rows are tested exactly. With more rows, the chi-square test needs a sufficient expected count.
        if (rows.Count > 1 && (rest.Baseline + rest.Current) * SmallerShare(baseline, current) < MinExpected)
        {
            var last = rows[^1];
            rows[^1] = ($"{last.Name} and rare categories", last.Baseline + rest.Baseline, last.Current + rest.Current);
        }
        else
        {
            rows.Add(rest);
        }

        return new CategoryTable(rows, unseen);
    }

    private static double SmallerShare(FeatureProfile baseline, FeatureProfile current) =>
        Math.Min(baseline.Values, current.Values) / ((double)baseline.Values + current.Values);

    private static IEnumerable<(string Name, long Baseline, long Current)> Listed(FeatureProfile baseline, FeatureProfile current)
    {
        var counts = current.Categories.ToDictionary(StringComparer.Ordinal);
        var known = baseline.Categories.Select(static pair => pair.Key).ToHashSet(StringComparer.Ordinal);

        // A category that is not in a list with own categories and others has at most as many rows as the last category of the list.
        var missing = current.OtherCategories == 0 || counts.Keys.All(known.Contains) ? 0 : current.Categories[^1].Value;
        var rows = baseline.Categories.Select(pair => ($"'{pair.Key}'", pair.Value, counts.GetValueOrDefault(pair.Key, missing)));
        return baseline.OtherCategories > 0
            ? rows
            : rows.Concat(current.Categories.Where(pair => !known.Contains(pair.Key)).Select(static pair => ($"the new category '{pair.Key}'", 0L, pair.Value)));
    }

    /// <summary>Computes the count that a category needs in both samples: an expected count of 5, and more than categories outside of an incomplete list.</summary>
    private static double LeastCount(FeatureProfile baseline, FeatureProfile current)
    {
        var ratio = (double)current.Values / baseline.Values;
        return Math.Max(MinExpected / SmallerShare(baseline, current), Math.Max(LeastCount(baseline, ratio), LeastCount(current, 1 / ratio)));
    }

    private static double LeastCount(FeatureProfile profile, double ratio)
    {
        if (profile.OtherCategories == 0 || profile.Categories.Count == 0)
        {
            return 0;
        }

        // A category outside of the list is above this count with a probability of less than 0.0001.
        const double Deviations = 4;
        double last = Math.Min(profile.Categories[^1].Value, profile.OtherCategories);
        var largest = last + (Deviations * Math.Sqrt(last));
        return (largest * (1 + ratio)) + (Deviations * Math.Sqrt(largest * ratio));
    }
}
