using System.Globalization;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares the numbers of a feature by the Kolmogorov-Smirnov test.</summary>
internal static class NumericComparison
{
    public const string TestName = "Kolmogorov-Smirnov";
    public const string EffectName = "Kolmogorov-Smirnov distance";

    private const double MaxExactWork = 4e6;
    private const int MaxExactSize = 1_000_000;

    // The limiting p-value is then far below any significance, and the exact one would change no decision.
    private const double Negligible = 1e-10;

    public static FeatureTest Compute(FeatureProfile baseline, FeatureProfile current, double threshold)
    {
        var (distance, location, before, after) = Distance(baseline.Sample, current.Sample);
        var error = baseline.RankError + current.RankError;
        return new FeatureTest(
            IsMissing: false,
            TestName,
            distance,
            PValue(distance, error, baseline.Values, current.Values),
            EffectName,
            distance,
            Math.Min(1, distance + error + FeatureTest.Margin(baseline.Values, current.Values)),
            threshold,
            Describe(baseline, current, location, before, after));
    }

    /// <summary>Computes the p-value of the smallest distance that is possible with the error of the ranks.</summary>
    internal static double PValue(double distance, double error, long baseline, long current)
    {
        var limit = KolmogorovDistribution.Limit(Math.Sqrt((double)baseline * current / ((double)baseline + current)) * Math.Max(0, distance - error));
        if (error > 0 || limit < Negligible)
        {
            return limit;
        }

        // Equal sizes take O(n). For large unequal sizes the limit is close, and not below the exact value.
        var isExact = baseline == current ? baseline <= MaxExactSize : (double)baseline * current <= MaxExactWork;
        return isExact ? SmirnovPaths.PValue((int)baseline, (int)current, distance) ?? limit : limit;
    }

    private static (double Distance, double Location, double Before, double After) Distance(
        IReadOnlyList<(double Value, long Weight)> baseline, IReadOnlyList<(double Value, long Weight)> current)
    {
        double total = baseline.Sum(static point => point.Weight);
        double currentTotal = current.Sum(static point => point.Weight);
        var (i, j) = (0, 0);
        var (below, currentBelow) = (0L, 0L);
        var (distance, location, before, after) = (0.0, double.NaN, 0.0, 0.0);
        while (i < baseline.Count && j < current.Count)
        {
            var value = Math.Min(baseline[i].Value, current[j].Value);
            for (; i < baseline.Count && baseline[i].Value == value; i++)
            {
                below += baseline[i].Weight;
            }

            for (; j < current.Count && current[j].Value == value; j++)
            {
                currentBelow += current[j].Weight;
            }

            var (share, currentShare) = (below / total, currentBelow / currentTotal);
            if (Math.Abs(share - currentShare) > distance)
            {
                (distance, location, before, after) = (Math.Abs(share - currentShare), value, share, currentShare);
            }
        }

        return (distance, location, before, after);
    }

    private static List<string> Describe(FeatureProfile baseline, FeatureProfile current, double location, double before, double after)
    {
        if (double.IsNaN(location))
        {
            return [];
        }

        var changes = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Words.Share(after)} of the current values are at most {location:G4}, and {Words.Share(before)} of the values of the baseline."),
        };
        var (median, currentMedian) = (baseline.Quantile(0.5), current.Quantile(0.5));
        if (median != currentMedian)
        {
            changes.Add(string.Create(
                CultureInfo.InvariantCulture, $"The median {(currentMedian > median ? "rose" : "fell")} from {median:G4} to {currentMedian:G4}."));
        }

        if (current.Max > baseline.Max || current.Min < baseline.Min)
        {
            changes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The current values range from {current.Min:G4} to {current.Max:G4}, those of the baseline from {baseline.Min:G4} to {baseline.Max:G4}."));
        }

        return changes;
    }
}
