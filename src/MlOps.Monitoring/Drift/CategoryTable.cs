using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>The numbers of rows by category in the baseline and in the current rows, with the rare categories together.</summary>
/// <remarks>
/// A category has its own row if its count in both samples together is large enough. The choice by the count in one sample would be biased: a category that is
/// frequent by chance in that sample is less frequent in the other one.
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
        var rows = listed
            .Where(row => row.Baseline + row.Current >= least)
            .OrderByDescending(static row => row.Baseline + row.Current)
            .Select(row => Adjust(row, baseline, current))
            .ToList();
        var unseen = CategoryComparison.UnseenRate(baseline, current);
        var rest = (
            Name: Rare,
            Baseline: Math.Max(0, baseline.Values - rows.Sum(static row => row.Baseline)),
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

    /// <summary>Raises the count of the baseline by up to its error, as far as the current count supports it.</summary>
    /// <remarks>The counts of an incomplete list are too low. Without the adjustment, that would be a change of every category.</remarks>
    private static (string Name, long Baseline, long Current) Adjust(
        (string Name, long Baseline, long Current) row, FeatureProfile baseline, FeatureProfile current)
    {
        var equal = (long)Math.Round(row.Current * ((double)baseline.Values / current.Values));
        return row with { Baseline = Math.Clamp(equal, row.Baseline, row.Baseline + baseline.CategoryError) };
    }

    private static double SmallerShare(FeatureProfile baseline, FeatureProfile current) =>
        Math.Min(baseline.Values, current.Values) / ((double)baseline.Values + current.Values);

    private static IEnumerable<(string Name, long Baseline, long Current)> Listed(FeatureProfile baseline, FeatureProfile current)
    {
        var counts = current.Categories.ToDictionary(StringComparer.Ordinal);
        var known = baseline.Categories.Select(static pair => pair.Key).ToHashSet(StringComparer.Ordinal);

        // Without the categories of the baseline, a category that is not in an incomplete list has at most as many rows as the last one of the list.
        var isExact = current.Known is not null || current.OtherCategories == 0 || counts.Keys.All(known.Contains);
        var missing = isExact ? 0 : current.Categories[^1].Value;
        var rows = baseline.Categories.Select(pair => ($"'{pair.Key}'", pair.Value, counts.GetValueOrDefault(pair.Key, missing)));
        return baseline.OtherCategories > 0
            ? rows
            : rows.Concat(current.Categories
                .Where(pair => !known.Contains(pair.Key))
                .Select(static pair => ($"the new category '{pair.Key}'", 0L, pair.Value)));
    }

    /// <summary>Computes the count that a category needs in both samples: an expected count of 5, and more than categories outside of an incomplete
    /// list.</summary>
    private static double LeastCount(FeatureProfile baseline, FeatureProfile current)
    {
        var ratio = (double)current.Values / baseline.Values;
        var ofCurrent = current.Known is null ? LeastCount(current, 1 / ratio) : 0;
        return Math.Max(MinExpected / SmallerShare(baseline, current), Math.Max(LeastCount(baseline, ratio), ofCurrent));
    }

    private static double LeastCount(FeatureProfile profile, double ratio)
    {
        if (profile.OtherCategories == 0 || profile.Categories.Count == 0)
        {
            return 0;
        }

        // A category outside of the list is above this count with a probability of less than 0.0001.
        const double Deviations = 4;
        double last = Math.Min(profile.OtherCategories, profile.CategoryError > 0 ? profile.CategoryError : profile.Categories[^1].Value);
        var largest = last + (Deviations * Math.Sqrt(last));
        return (largest * (1 + ratio)) + (Deviations * Math.Sqrt(largest * ratio));
    }
}
