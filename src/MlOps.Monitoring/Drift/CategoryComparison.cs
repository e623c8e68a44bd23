using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares the categories of a feature by a test of homogeneity.</summary>
internal static class CategoryComparison
{
    public const string EffectName = "total variation distance";

    private const int MaxDescribed = 3;

    /// <summary>Compares the categories.</summary>
    /// <returns>The test, or <see langword="null"/> if every category is too rare to be compared.</returns>
    public static FeatureTest? Compute(FeatureProfile baseline, FeatureProfile current, double threshold)
    {
        var table = CategoryTable.Create(baseline, current);
        if (table.Rows.Count == 0)
        {
            return null;
        }

        var (first, second) = (table.Rows.Select(static row => row.Baseline).ToArray(), table.Rows.Select(static row => row.Current).ToArray());
        var effect = Divergences.TotalVariation(first, second);
        var (name, result) = Test(first, second);
        return new FeatureTest(
            IsMissing: false,
            name,
            result.Statistic,
            result.PValue,
            EffectName,
            effect,
            Math.Min(1, effect + FeatureTest.Margin(baseline.Values, current.Values)),
            threshold,
            Describe(table, current));
    }

    /// <summary>Tests the homogeneity of counts.</summary>
    internal static (string Name, TestResult Result) Test(long[] baseline, long[] current)
    {
        const string ChiSquare = "chi-square of homogeneity";
        if (baseline.Length == 1)
        {
            return (ChiSquare, new TestResult(0, 1));
        }

        const int FisherBelow = 10;
        var test = CategoryTests.ChiSquare(baseline, current);
        if (baseline.Length == 2 && test.MinExpected < FisherBelow)
        {
            return ("Fisher's exact test", CategoryTests.FisherExact(baseline, current));
        }

        // The mean of the statistic is (N − 1)⁻¹·N times the degrees of freedom if both margins are given.
        double total = Counts.Sum(baseline) + Counts.Sum(current);
        var statistic = test.Statistic * (total - 1) / total;
        return (ChiSquare, new TestResult(statistic, Tails.ChiSquare(statistic, test.DegreesOfFreedom)));
    }

    /// <summary>Computes the share of current values that the baseline does not have.</summary>
    public static double UnseenRate(FeatureProfile baseline, FeatureProfile current)
    {
        if (!current.IsText || current.Values == 0)
        {
            return 0;
        }

        // A current profile without the categories of the baseline has no count of unseen values. They are known if the baseline lists all of its categories.
        var listed = baseline.OtherCategories > 0
            ? 0
            : current.Categories.ExceptBy(baseline.Categories.Select(static pair => pair.Key), static pair => pair.Key).Sum(static pair => pair.Value);
        return (double)Math.Max(current.Unseen, listed) / current.Values;
    }

    private static List<string> Describe(CategoryTable table, FeatureProfile current)
    {
        double total = table.Rows.Sum(static row => row.Baseline);
        double currentTotal = table.Rows.Sum(static row => row.Current);
        var changes = table.Rows
            .Select(row => (row.Name, Before: row.Baseline / total, After: row.Current / currentTotal))
            .Where(static row => row.Before != row.After)
            .OrderByDescending(static row => Math.Abs(row.After - row.Before))
            .Take(MaxDescribed)
            .Select(static row =>
                $"The share of {row.Name} {(row.After > row.Before ? "rose" : "fell")} from {Words.Share(row.Before)} to {Words.Share(row.After)}.")
            .ToList();
        if (table.UnseenRate > 0)
        {
            changes.Add($"{Words.Share(table.UnseenRate)} of the {current.Values} current values have a category that the baseline does not have.");
        }

        return changes;
    }
}
