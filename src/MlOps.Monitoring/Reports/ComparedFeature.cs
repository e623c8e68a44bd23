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

    /// <summary>Gets the change in words for a newcomer: the reasons of the decision, without the evidence.</summary>
    public string Explanation => string.Join(" ", Drift.Reasons.SkipLast(Evidence.Length > 0 ? 1 : 0).Select(ReportText.Sentence));

    /// <summary>Gets the size and the chance of the change, which is the last reason, if there is another reason.</summary>
    public string Evidence => Drift.Verdict == DriftVerdict.Drifted && Drift.Reasons.Count > 1 ? ReportText.Sentence(Drift.Reasons[^1]) : "";

    /// <summary>Gets all reasons of the decision in words for a newcomer.</summary>
    public string Reasons => string.Join(" ", Drift.Reasons.Select(ReportText.Sentence));

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
