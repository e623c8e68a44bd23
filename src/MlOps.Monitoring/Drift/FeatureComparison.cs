using System.Globalization;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>The tests of one feature, before the decision.</summary>
internal sealed class FeatureComparison
{
    private FeatureComparison(string feature) => Feature = feature;

    public string Feature { get; }

    /// <summary>Gets the reason that the feature cannot be compared; <see langword="null"/> if it can.</summary>
    public string? Obstacle { get; private init; }

    /// <summary>Gets the reason that the values were not tested; <see langword="null"/> if they were.</summary>
    public string? Shortage { get; private init; }

    public IReadOnlyList<FeatureTest> Tests { get; init; } = [];

    public (double Baseline, double Current) MissingRate { get; private init; }

    public double UnseenRate { get; private init; }

    public static FeatureComparison Create(string name, FeatureProfile? baseline, FeatureProfile? current, DriftOptions options)
    {
        if (FindObstacle(baseline, current) is { } obstacle)
        {
            return new FeatureComparison(name)
            {
                Obstacle = obstacle,
                MissingRate = (
                    baseline is null ? double.NaN : MissingComparison.Rate(baseline),
                    current is null ? double.NaN : MissingComparison.Rate(current)),
            };
        }

        var tests = new List<FeatureTest>();
        var shortage = FindShortage(baseline!.Values, current!.Values, "values", options.MinimumValues);
        if (shortage is null)
        {
            var test = baseline.IsText
                ? CategoryComparison.Compute(baseline, current, options.CategoryThreshold)
                : NumericComparison.Compute(baseline, current, options.NumericThreshold);
            shortage = test is null ? "Every category has too few values to be compared. Leave out the feature, or group its categories." : null;
            tests.AddRange(test is null ? [] : [test]);
        }

        if (FindShortage(baseline.Count, current.Count, "rows", options.MinimumValues) is null)
        {
            tests.AddRange(MissingComparison.Compute(baseline, current, options.MissingThreshold) is { } test ? [test] : []);
        }

        return new FeatureComparison(name)
        {
            Shortage = shortage,
            Tests = tests,
            MissingRate = (MissingComparison.Rate(baseline), MissingComparison.Rate(current)),
            UnseenRate = CategoryComparison.UnseenRate(baseline, current),
        };
    }

    /// <summary>Returns a copy with the adjusted p-values of its tests.</summary>
    public FeatureComparison With(IReadOnlyList<FeatureTest> tests) =>
        new(Feature) { Obstacle = Obstacle, Shortage = Shortage, Tests = tests, MissingRate = MissingRate, UnseenRate = UnseenRate };

    private static string? FindObstacle(FeatureProfile? baseline, FeatureProfile? current)
    {
        if (baseline is null)
        {
            return "The baseline does not have this feature. Compute the baseline again from data with the feature.";
        }

        if (current is null)
        {
            return "The current rows do not have this feature. Check the source of the rows, or compute the baseline without it.";
        }

        return baseline.IsText == current.IsText || current.Values == 0 || baseline.Values == 0
            ? null
            : $"The values were {Kind(baseline)} in the baseline and are {Kind(current)} now. Check the source of the rows, or compute the baseline again.";
    }

    private static string Kind(FeatureProfile profile) => profile.IsText ? "texts" : "numbers";

    private static string? FindShortage(long baseline, long current, string kind, int needed)
    {
        if (baseline >= needed && current >= needed)
        {
            return null;
        }

        var (count, side) = current < needed ? (current, "the current rows") : (baseline, "the baseline");
        return string.Create(CultureInfo.InvariantCulture, $"There are {count} {kind} in {side}. A decision needs at least {needed}.");
    }
}
