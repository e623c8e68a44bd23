namespace MlOps.Monitoring.Drift;

/// <summary>Decides on the drift of a feature, and states the reasons.</summary>
internal static class DriftDecision
{
    public static FeatureDrift Decide(FeatureComparison comparison, double significance, DriftThresholds? thresholds)
    {
        if (comparison.Obstacle is not null)
        {
            return Create(comparison, DriftVerdict.NotComparable, null, double.NaN, [comparison.Obstacle]);
        }

        var decided = comparison.Tests
            .Select(test => (Test: test, Learned: thresholds?.Find(comparison.Feature, test.IsMissing)))
            .Select(pair => (
                pair.Test,
                Threshold: pair.Learned ?? pair.Test.Threshold,
                IsDrift: pair.Test.AdjustedPValue <= significance && IsReached(pair.Test, pair.Learned)))
            .OrderByDescending(static entry => entry.IsDrift)
            .ThenBy(static entry => entry.Test.AdjustedPValue)
            .ThenBy(static entry => entry.Test.IsMissing)
            .ToList();
        if (decided.Count > 0 && decided[0].IsDrift)
        {
            var reasons = decided.Where(static entry => entry.IsDrift).SelectMany(static entry => Explain(entry.Test, entry.Threshold));
            string[] missing = comparison.Shortage is null ? [] : [comparison.Shortage];
            return Create(comparison, DriftVerdict.Drifted, decided[0].Test, decided[0].Threshold, [.. reasons, .. missing]);
        }

        if (comparison.Shortage is { } shortage || decided.Count == 0)
        {
            return Create(comparison, DriftVerdict.TooFewValues, null, double.NaN, [comparison.Shortage ?? ""]);
        }

        var (test, threshold, _) = decided[0];
        return Create(comparison, DriftVerdict.Stable, test, threshold, [ExplainStable(test, threshold, significance)]);
    }

    /// <summary>Determines whether the effect reaches its threshold.</summary>
    /// <remarks>
    /// A change at the threshold of the options must be found with the power of the test, so the upper bound decides. Learned thresholds limit the false alarms
    /// themselves, so the measured effect decides.
    /// </remarks>
    private static bool IsReached(FeatureTest test, double? learned) => learned is { } threshold ? test.Effect > threshold : test.UpperEffect >= test.Threshold;

    private static IEnumerable<string> Explain(FeatureTest test, double threshold)
    {
        var possible = test.Effect < threshold ? $", and up to {Words.Share(test.UpperEffect)} with its uncertainty" : "";
        return
        [
            .. test.Changes,
            $"The {test.EffectName} is {Words.Share(test.Effect)}{possible}; the threshold is {Words.Share(threshold)}. Chance causes such a difference in "
                + $"{Words.Chance(test.PValue)} comparisons.",
        ];
    }

    private static string ExplainStable(FeatureTest test, double threshold, double significance)
    {
        if (test.AdjustedPValue > significance)
        {
            return test.Effect == 0
                ? "The distribution is that of the baseline."
                : $"The {test.EffectName} is {Words.Share(test.Effect)}, which is within chance for this number of values.";
        }

        return $"The {test.EffectName} is {Words.Share(test.Effect)}. It is not chance, but below the threshold of {Words.Share(threshold)}.";
    }

    private static FeatureDrift Create(
        FeatureComparison comparison, DriftVerdict verdict, FeatureTest? test, double threshold, IReadOnlyList<string> reasons) => new()
        {
            Feature = comparison.Feature,
            Verdict = verdict,
            Test = test?.Name ?? "",
            Statistic = test?.Statistic ?? double.NaN,
            PValue = test?.PValue ?? double.NaN,
            AdjustedPValue = test?.AdjustedPValue ?? double.NaN,
            EffectName = test?.EffectName ?? "",
            Effect = test?.Effect ?? double.NaN,
            Threshold = threshold,
            MissingRate = comparison.MissingRate,
            UnseenRate = comparison.UnseenRate,
            Reasons = reasons,
        };
}
