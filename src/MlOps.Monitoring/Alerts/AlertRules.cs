using System.Globalization;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Alerts;

/// <summary>Creates the rules of a model that are evaluated for each window.</summary>
internal static class AlertRules
{
    public const double DefaultDrift = 0.3;
    public const double DefaultRefusals = 0.1;
    public const double DefaultCoverage = 0.5;

    /// <summary>The prefix of a metric that is estimated without outcomes.</summary>
    public const string Estimated = "estimated.";

    private const int MaxListed = 5;

    /// <summary>The 97.5 % quantile of the standard normal distribution.</summary>
    private const double Normal975 = 1.959963984540054;

    /// <summary>Creates the rules in use.</summary>
    /// <param name="options">The options.</param>
    /// <param name="now">The time of the evaluation.</param>
    public static IEnumerable<AlertRule> Create(AlertOptions options, DateTimeOffset now)
    {
        if (options.Drift.Enabled)
        {
            yield return new(
                AlertRuleNames.Drift, null, options.Drift,
                "Compare both distributions in the monitoring report. Correct the source of the features if it is wrong; retrain if the change is real.",
                item => ReadDrift(item, options.Drift.AtMost ?? DefaultDrift));
        }

        foreach (var (name, rule) in options.Features.Where(static item => item.Value.Enabled).OrderBy(static item => item.Key, StringComparer.Ordinal))
        {
            yield return new(
                AlertRuleNames.FeatureDrift, name, rule,
                "Compare both distributions in the monitoring report. Correct the source of the values if it is wrong; retrain if the change is real.",
                item => ReadFeature(item, name, rule.AtMost));
        }

        foreach (var (name, rule) in options.Quality.Where(static item => item.Value.Enabled).OrderBy(static item => item.Key, StringComparer.Ordinal))
        {
            yield return new(
                AlertRuleNames.Quality, name, rule,
                "Look at the worst segments in the monitoring report. Roll back to the version before, or retrain with recent data.",
                item => ReadQuality(item, name, rule));
        }

        if (options.Refusals.Enabled)
        {
            yield return new(
                AlertRuleNames.Refusals, null, options.Refusals,
                "Read the reasons of the refused rows in the prediction log, and correct the caller or the input schema.",
                item => ReadRefusals(item, options.Refusals.AtMost ?? DefaultRefusals));
        }

        if (options.LatencyP99 is { Enabled: true, AtMost: { } atMost })
        {
            yield return new(
                AlertRuleNames.Latency, null, options.LatencyP99,
                "Look at the load and the memory of the instances, and compare the latency with the version before.",
                item => double.IsNaN(item.LatencyP99)
                    ? AlertSignal.Unknown
                    : new(item.LatencyP99 > atMost, item.LatencyP99, atMost, $"The 99th percentile of the latency is {Number(item.LatencyP99)} ms"));
        }

        if (options.NoOutcomes is { Enabled: true, After: { } after })
        {
            yield return new(
                AlertRuleNames.NoOutcomes, null, options.NoOutcomes,
                "Look at the job that records the outcomes. The quality of the model is unknown until outcomes arrive.",
                item => ReadCoverage(item, options.NoOutcomes.AtLeast ?? DefaultCoverage, after, now));
        }
    }

    private static AlertSignal ReadDrift(AlertObservation item, double atMost)
    {
        if (item.InputDrift is not { } drift || !drift.Features.Any(static feature => IsDecided(feature)))
        {
            return AlertSignal.Unknown;
        }

        string[] drifted = [.. drift.Features.Where(static feature => feature.Verdict == DriftVerdict.Drifted).Select(static feature => feature.Feature)];
        var list = drifted.Length == 0 ? ""
            : $" ({string.Join(", ", drifted.Take(MaxListed))}{(drifted.Length > MaxListed ? $" and {drifted.Length - MaxListed} more" : "")})";
        var decided = drift.Features.Count(static feature => IsDecided(feature));
        return new(
            drift.DriftedShare > atMost,
            drift.DriftedShare,
            atMost,
            $"{drifted.Length} of {decided} features drifted{list}, a share of {Number(drift.DriftedShare)}");
    }

    private static AlertSignal ReadFeature(AlertObservation item, string name, double? atMost)
    {
        var feature = Find(item.InputDrift) ?? Find(item.OutputDrift);
        if (feature is null || !IsDecided(feature))
        {
            return AlertSignal.Unknown;
        }

        var threshold = atMost ?? feature.Threshold;
        var isDrifted = feature.Verdict == DriftVerdict.Drifted;
        var effect = feature.EffectName.Length == 0 ? "effect size" : feature.EffectName;
        return new(
            isDrifted && !(feature.Effect <= atMost),
            feature.Effect,
            threshold,
            $"The distribution of '{feature.Feature}' {(isDrifted ? "drifted" : "is stable")}: the {effect} is {Number(feature.Effect)}");

        FeatureDrift? Find(DriftResult? drift) =>
            drift?.Features.FirstOrDefault(feature => feature.Feature.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static AlertSignal ReadQuality(AlertObservation item, string name, AlertRuleOptions rule)
    {
        if (Find(item.Quality, name) is not { } estimate || double.IsNaN(estimate.Value))
        {
            return AlertSignal.Unknown;
        }

        var (low, high) = double.IsNaN(estimate.Low) || double.IsNaN(estimate.High) ? (estimate.Value, estimate.Value) : (estimate.Low, estimate.High);
        var threshold = estimate.Value > rule.AtMost ? rule.AtMost!.Value : rule.AtLeast ?? rule.AtMost ?? double.NaN;
        bool? condition = high < rule.AtLeast || low > rule.AtMost ? true
            : estimate.Value < rule.AtLeast || estimate.Value > rule.AtMost ? null
            : false;
        return new(
            condition,
            estimate.Value,
            threshold,
            $"The metric '{name}' is {Number(estimate.Value)} (95 % confidence interval {Number(low)} to {Number(high)})");
    }

    private static QualityEstimate? Find(QualityResult? quality, string name)
    {
        var isEstimated = name.StartsWith(Estimated, StringComparison.OrdinalIgnoreCase);
        var metric = isEstimated ? name[Estimated.Length..] : name;
        var metrics = isEstimated ? quality?.Estimated : quality?.Metrics;
        return metrics?.FirstOrDefault(item => item.Key.Equals(metric, StringComparison.OrdinalIgnoreCase)) is { Key: not null } found ? found.Value : null;
    }

    private static AlertSignal ReadRefusals(AlertObservation item, double atMost)
    {
        if (item.Predictions <= 0)
        {
            return AlertSignal.Unknown;
        }

        var rate = (double)item.Rejected / item.Predictions;
        bool? condition = WilsonLow(rate, item.Predictions) > atMost ? true : rate > atMost ? null : false;
        return new(condition, rate, atMost, $"{item.Rejected} of {item.Predictions} rows were refused, a share of {Number(rate)}");
    }

    private static AlertSignal ReadCoverage(AlertObservation item, double atLeast, TimeSpan after, DateTimeOffset now) =>
        item.Predictions <= 0 || item.Quality is not { } quality || now - item.End < after
            ? AlertSignal.Unknown
            : new(
                quality.Coverage < atLeast,
                quality.Coverage,
                atLeast,
                $"{quality.Outcomes} of {quality.Predictions} predictions have an outcome, a share of {Number(quality.Coverage)}");

    /// <summary>Computes the lower bound of the 95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).</summary>
    internal static double WilsonLow(double share, double n)
    {
        const double Square = Normal975 * Normal975;
        var center = share + (Square / (2 * n));
        var width = Normal975 * Math.Sqrt((share * (1 - share) / n) + (Square / (4 * n * n)));
        return (center - width) / (1 + (Square / n));
    }

    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static bool IsDecided(FeatureDrift feature) => feature.Verdict is DriftVerdict.Stable or DriftVerdict.Drifted;
}
