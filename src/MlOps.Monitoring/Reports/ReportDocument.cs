using System.Text.Json;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>The JSON document of a report.</summary>
internal sealed class ReportDocument(ReportContents contents)
{
    public int Format { get; } = 1;

    public string Model => contents.Period.Model;

    public DateTimeOffset? Created => contents.Report.Created;

    public ReportVerdict Verdict => contents.Verdict;

    public string Headline => contents.Headline;

    public IReadOnlyList<Finding> Findings => contents.Findings;

    public IReadOnlyList<NextStep> NextSteps => contents.Steps;

    public Period Period => new(contents.Period);

    public IEnumerable<Period> OtherVersions => contents.Report.OtherVersions.Select(static window => new Period(window));

    public IEnumerable<ReportedFeature> Inputs => contents.Inputs.Select(static feature => new ReportedFeature(feature));

    public IEnumerable<ReportedFeature> Outputs => contents.Outputs.Select(static feature => new ReportedFeature(feature));

    public IEnumerable<ReportedQuality> Quality => contents.Report.Quality.Select(static window => new ReportedQuality(window.Key, window.Value));

    public IReadOnlyList<Alerts.Alert> Alerts => contents.Report.Alerts;

    public IReadOnlyList<string> Faults => contents.Faults;

    public static string Write(ReportContents contents) => JsonSerializer.Serialize(new ReportDocument(contents), ReportJson.Default.ReportDocument);
}

/// <summary>The predictions of a version in the document.</summary>
internal sealed class Period(MonitoringWindow window)
{
    public int Version => window.Version;

    public DateTimeOffset Start => window.Start;

    public DateTimeOffset End => window.End;

    public long Predictions => window.Predictions;

    public long Rejected => window.Rejected;

    public long Flagged => window.Flagged;

    public long Dropped => window.Dropped;

    public double LatencyP50 => Latency(0.5);

    public double LatencyP99 => Latency(0.99);

    public IReadOnlyList<string> Instances => window.Instances;

    private double Latency(double probability) => window.Latency is { Values: > 0 } latency ? latency.Quantile(probability) : double.NaN;
}

/// <summary>A feature in the document.</summary>
internal sealed class ReportedFeature(ComparedFeature feature)
{
    public string Feature => feature.Drift.Feature;

    public DriftVerdict Verdict => feature.Drift.Verdict;

    public DateTimeOffset? Since => feature.Start;

    public string Test => feature.Drift.Test;

    public double Statistic => feature.Drift.Statistic;

    public double PValue => feature.Drift.PValue;

    public double AdjustedPValue => feature.Drift.AdjustedPValue;

    public string EffectName => feature.Drift.EffectName;

    public double Effect => feature.Drift.Effect;

    public double Threshold => feature.Drift.Threshold;

    public double MissingRateBaseline => feature.Drift.MissingRate.Baseline;

    public double MissingRateCurrent => feature.Drift.MissingRate.Current;

    public double UnseenRate => feature.Drift.UnseenRate;

    public IReadOnlyList<string> Reasons => feature.Drift.Reasons;

    public ReportedProfile? Baseline => feature.Baseline is null ? null : new ReportedProfile(feature.Baseline);

    public ReportedProfile? Current => feature.Current is null ? null : new ReportedProfile(feature.Current);
}

/// <summary>A profile in the document.</summary>
internal sealed class ReportedProfile(FeatureProfile profile)
{
    private const int MostCategories = 100;

    public string Type => profile.IsText ? "text" : "number";

    public long Count => profile.Count;

    public long Missing => profile.Missing;

    public long NaN => profile.NaN;

    public long PositiveInfinity => profile.PositiveInfinity;

    public long NegativeInfinity => profile.NegativeInfinity;

    public double Min => profile.Min;

    public double Max => profile.Max;

    public double Mean => profile.Mean;

    public double StandardDeviation => profile.StandardDeviation;

    public IReadOnlyList<double> BinEdges => profile.BinEdges;

    public IReadOnlyList<long> BinCounts => profile.BinCounts;

    public IEnumerable<KeyValuePair<string, long>> Categories => profile.Categories.Take(MostCategories);

    public long OtherCategories => profile.OtherCategories + profile.Categories.Skip(MostCategories).Sum(static category => category.Value);

    public long Unseen => profile.Unseen;

    public double Distinct => profile.Distinct;
}

/// <summary>The quality of a window in the document.</summary>
internal sealed class ReportedQuality(DateTimeOffset start, QualityResult result)
{
    public DateTimeOffset Start => start;

    public long Predictions => result.Predictions;

    public long Outcomes => result.Outcomes;

    public IReadOnlyDictionary<string, QualityEstimate> Realised => result.Metrics;

    public IReadOnlyDictionary<string, QualityEstimate> Estimated => result.Estimated;

    public string? PositiveClass => result.PositiveClass;

    public ConfusionMatrix? Confusion => result.Confusion;

    public IReadOnlyList<SegmentQuality> Segments => result.Segments;

    public IReadOnlyList<string> Warnings => result.Warnings;
}
