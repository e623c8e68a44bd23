using MathNet.Numerics.Distributions;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

/// <summary>Compares small exact profiles, to make reports with plausible numbers.</summary>
internal static class TestDrift
{
    private const int FewestValues = 30;
    private const double Threshold = 0.1;

    public static DriftResult Compare(DataProfile baseline, DataProfile current)
    {
        FeatureDrift[] features =
        [
            .. baseline.Features.Select(before => Compare(before, current.Find(before.Name), baseline.Features.Count)),
            .. current.Features.Where(after => baseline.Find(after.Name) is null).Select(static after => new FeatureDrift
            {
                Feature = after.Name, Verdict = DriftVerdict.NotComparable, Reasons = ["The baseline does not have this feature."],
            }),
        ];
        return new DriftResult
        {
            Features =
            [
                .. features.OrderByDescending(static feature => feature.Verdict == DriftVerdict.Drifted).ThenByDescending(static feature => feature.Effect),
            ],
            BaselineRows = baseline.Rows,
            CurrentRows = current.Rows,
        };
    }

    private static FeatureDrift Compare(FeatureProfile before, FeatureProfile? after, int features)
    {
        if (after is null)
        {
            return new FeatureDrift { Feature = before.Name, Verdict = DriftVerdict.NotComparable, Reasons = ["The current rows do not have this feature."] };
        }

        var missing = ((double)before.Missing / Math.Max(before.Count, 1), (double)after.Missing / Math.Max(after.Count, 1));
        var unseen = (double)after.Unseen / Math.Max(after.Values, 1);
        if (Math.Min(before.Values, after.Values) < FewestValues)
        {
            return new FeatureDrift
            {
                Feature = before.Name,
                Verdict = DriftVerdict.TooFewValues,
                MissingRate = missing,
                UnseenRate = unseen,
                Reasons = [$"There are {Math.Min(before.Values, after.Values)} values; a decision needs {FewestValues}."],
            };
        }

        var (statistic, p) = before.IsText ? ChiSquare(before, after) : Kolmogorov(before, after);
        var (adjusted, effect) = (Math.Min(1, p * features), Distance(Shares(before), Shares(after)));
        return new FeatureDrift
        {
            Feature = before.Name,
            Verdict = adjusted < 0.05 && effect >= Threshold ? DriftVerdict.Drifted : DriftVerdict.Stable,
            Test = before.IsText ? "χ² homogeneity" : "Kolmogorov-Smirnov",
            Statistic = statistic,
            PValue = p,
            AdjustedPValue = adjusted,
            EffectName = "Jensen-Shannon distance",
            Effect = effect,
            Threshold = Threshold,
            MissingRate = missing,
            UnseenRate = unseen,
            Reasons = before.IsText ? [] :
            [
                FormattableString.Invariant($"The mean {(after.Mean > before.Mean ? "rose" : "fell")} from {before.Mean:0.#} to {after.Mean:0.#}."),
            ],
        };
    }

    private static (double Statistic, double P) Kolmogorov(FeatureProfile before, FeatureProfile after)
    {
        double[] points = [.. before.Sample.Concat(after.Sample).Select(static point => point.Value).Distinct().Order()];
        var statistic = points.Where((_, index) => index % Math.Max(1, points.Length / 200) == 0).Max(point => Math.Abs(Rank(before, point) - Rank(after, point)));
        var size = (double)before.Values * after.Values / (before.Values + after.Values);
        return (statistic, Math.Min(1, 2 * Math.Exp(-2 * size * statistic * statistic)));
    }

    private static double Rank(FeatureProfile profile, double value) => (double)profile.Sample.Count(point => point.Value <= value) / profile.Sample.Count;

    private static (double Statistic, double P) ChiSquare(FeatureProfile before, FeatureProfile after)
    {
        var (first, second) = (Shares(before), Shares(after));
        var statistic = 0.0;
        foreach (var key in first.Keys.Union(second.Keys))
        {
            var (one, other) = (first.GetValueOrDefault(key), second.GetValueOrDefault(key));
            var pooled = ((one * before.Values) + (other * after.Values)) / (before.Values + after.Values);
            statistic += (one - pooled) * (one - pooled) * before.Values / pooled;
            statistic += (other - pooled) * (other - pooled) * after.Values / pooled;
        }

        return (statistic, 1 - ChiSquared.CDF(Math.Max(1, first.Keys.Union(second.Keys).Count() - 1), statistic));
    }

    private static Dictionary<string, double> Shares(FeatureProfile profile) => profile.IsText
        ? profile.Categories.ToDictionary(static pair => pair.Key, pair => (double)pair.Value / profile.Values)
        : profile.BinCounts.Select((count, index) => (count, index)).ToDictionary(static bin => $"{bin.index}", bin => (double)bin.count / profile.Values);

    private static double Distance(Dictionary<string, double> first, Dictionary<string, double> second) => Math.Sqrt(first.Keys.Union(second.Keys).Sum(key =>
    {
        var (one, other) = (first.GetValueOrDefault(key), second.GetValueOrDefault(key));
        var middle = (one + other) / 2;
        return 0.5 * ((one == 0 ? 0 : one * Math.Log2(one / middle)) + (other == 0 ? 0 : other * Math.Log2(other / middle)));
    }));
}
