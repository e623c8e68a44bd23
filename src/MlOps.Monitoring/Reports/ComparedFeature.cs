using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

/// <summary>A feature of a report: its drift, with both profiles.</summary>
/// <param name="Drift">The drift.</param>
/// <param name="Baseline">The profile of the baseline, or <see langword="null"/> if the baseline does not have the feature.</param>
/// <param name="Current">The profile of the period, or <see langword="null"/> if the period does not have the feature.</param>
/// <param name="Start">The start of the first window of the drift, or <see langword="null"/> if it is unknown.</param>
internal sealed record ComparedFeature(FeatureDrift Drift, FeatureProfile? Baseline, FeatureProfile? Current, DateTimeOffset? Start)
{
    public string Name => ReportText.Name(Drift.Feature);

    public bool IsText => (Current ?? Baseline)?.IsText ?? false;

    /// <summary>Gets the decision in one word or two.</summary>
    public string Verdict => Drift.Verdict switch
    {
        DriftVerdict.Drifted => "drifted",
        DriftVerdict.Stable => "stable",
        DriftVerdict.TooFewValues => "too few values",
        _ => "not comparable",
    };

    /// <summary>Gets the decision and its reasons in words for a newcomer.</summary>
    public string Explanation
    {
        get
        {
            var reasons = string.Join(" ", Drift.Reasons.Select(ReportText.Sentence));
            return reasons.Length > 0 ? reasons : Drift.Verdict switch
            {
                DriftVerdict.Drifted => "The values differ from the baseline.",
                DriftVerdict.Stable => "The values look like those of the baseline.",
                DriftVerdict.TooFewValues => "There are too few values for a decision.",
                _ => "The feature cannot be compared with the baseline.",
            };
        }
    }

    /// <summary>Gets the evidence of the decision: chance and size.</summary>
    public string Evidence => (Drift.Verdict, double.IsNaN(Drift.AdjustedPValue) || double.IsNaN(Drift.Effect)) switch
    {
        (DriftVerdict.Drifted, false) =>
            $"Chance alone is an unlikely cause (adjusted p {ReportText.PValue(Drift.AdjustedPValue)}), and the change is large enough to matter "
            + $"({ReportText.Sentence(Drift.EffectName)} {ReportText.Short(Drift.Effect)}, threshold {ReportText.Short(Drift.Threshold)}).",
        (DriftVerdict.Stable, false) when Drift.Effect >= Drift.Threshold =>
            $"The difference reaches the threshold, but chance can explain it (adjusted p {ReportText.PValue(Drift.AdjustedPValue)}).",
        (DriftVerdict.Stable, false) => $"The change is smaller than the threshold ({ReportText.Sentence(Drift.EffectName)} "
            + $"{ReportText.Short(Drift.Effect)}, threshold {ReportText.Short(Drift.Threshold)}).",
        _ => "",
    };

    /// <summary>Joins the features of a comparison with their profiles. Without a comparison, the features of the period are not comparable.</summary>
    public static IReadOnlyList<ComparedFeature> Join(
        DriftResult? drift, DataProfile? baseline, DataProfile current, IReadOnlyDictionary<string, DateTimeOffset> starts)
    {
        var (before, after) = (ByName(baseline), ByName(current));
        return
        [
            .. (drift?.Features ?? [.. current.Features.Select(WithoutBaseline)]).Select(feature => new ComparedFeature(
                feature,
                before.GetValueOrDefault(feature.Feature),
                after.GetValueOrDefault(feature.Feature),
                feature.Verdict == DriftVerdict.Drifted && starts.TryGetValue(feature.Feature, out var start) ? start : null)),
        ];
    }

    private static FeatureDrift WithoutBaseline(FeatureProfile feature) => new()
    {
        Feature = feature.Name,
        Verdict = DriftVerdict.NotComparable,
        Reasons = ["The version has no baseline."],
    };

    private static Dictionary<string, FeatureProfile> ByName(DataProfile? profile)
    {
        var features = new Dictionary<string, FeatureProfile>(StringComparer.Ordinal);
        foreach (var feature in profile?.Features ?? [])
        {
            features.TryAdd(feature.Name, feature);
        }

        return features;
    }
}
