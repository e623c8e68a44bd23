namespace MlOps.Monitoring.Drift;

/// <summary>The comparison of one feature with its baseline.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FeatureDrift
{
    /// <summary>Gets the name of the feature.</summary>
    public required string Feature { get; init; }

    /// <summary>Gets the decision.</summary>
    public required DriftVerdict Verdict { get; init; }

    /// <summary>Gets the name of the significance test, such as <c>Kolmogorov-Smirnov</c>; empty if the feature was not tested.</summary>
    public string Test { get; init; } = "";

    /// <summary>Gets the statistic of the test, or NaN.</summary>
    public double Statistic { get; init; } = double.NaN;

    /// <summary>Gets the p-value of the test, or NaN.</summary>
    public double PValue { get; init; } = double.NaN;

    /// <summary>Gets the p-value after the Benjamini-Hochberg correction for all features of the comparison, or NaN.</summary>
    public double AdjustedPValue { get; init; } = double.NaN;

    /// <summary>Gets the name of the effect size, such as <c>Jensen-Shannon distance</c>.</summary>
    public string EffectName { get; init; } = "";

    /// <summary>Gets the effect size, or NaN.</summary>
    public double Effect { get; init; } = double.NaN;

    /// <summary>Gets the threshold of the effect size.</summary>
    public double Threshold { get; init; } = double.NaN;

    /// <summary>Gets the share of missing values in the baseline and in the current rows.</summary>
    public (double Baseline, double Current) MissingRate { get; init; }

    /// <summary>Gets the share of categories in the current rows that the baseline does not have.</summary>
    public double UnseenRate { get; init; }

    /// <summary>Gets the reasons for the decision in plain words, such as <c>The mean rose from 3.1 to 5.4.</c></summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];
}
