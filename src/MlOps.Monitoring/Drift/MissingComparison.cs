using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares the missing rates of a feature.</summary>
internal static class MissingComparison
{
    public const string EffectName = "change of the missing rate";

    /// <summary>Compares the rates.</summary>
    /// <returns>The test, or <see langword="null"/> if no value or every value is missing on both sides.</returns>
    public static FeatureTest? Compute(FeatureProfile baseline, FeatureProfile current, double threshold)
    {
        long[] first = [baseline.Values, baseline.Count - baseline.Values];
        long[] second = [current.Values, current.Count - current.Values];
        if (first[0] + second[0] == 0 || first[1] + second[1] == 0)
        {
            return null;
        }

        var (before, after) = (Rate(baseline), Rate(current));
        var (name, result) = CategoryComparison.Test(first, second);
        var effect = Math.Abs(after - before);
        return new FeatureTest(
            IsMissing: true,
            $"{name} of the missing rate",
            result.Statistic,
            result.PValue,
            EffectName,
            effect,
            Math.Min(1, effect + FeatureTest.Margin(baseline.Count, current.Count)),
            threshold,
            before == after
                ? []
                : [$"The share of missing values {(after > before ? "rose" : "fell")} from {Words.Share(before)} to {Words.Share(after)}{Kinds(current)}."]);
    }

    /// <summary>Computes the share of rows without a finite number or a text.</summary>
    public static double Rate(FeatureProfile profile) => profile.Count == 0 ? 0 : (double)(profile.Count - profile.Values) / profile.Count;

    private static string Kinds(FeatureProfile profile)
    {
        var infinities = profile.PositiveInfinity + profile.NegativeInfinity;
        return profile.NaN + infinities == 0 ? "" : $" (now {profile.Missing} without a value, {profile.NaN} NaN and {infinities} infinite)";
    }
}
