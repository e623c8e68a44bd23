using System.Globalization;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>The contents of a report that its formats share.</summary>
internal sealed class ReportContents
{
    public ReportContents(MonitoringReport report)
    {
        Report = report;
        Inputs = ComparedFeature.Join(report.InputDrift, report.BaselineInputs, Period.Inputs, FindStarts(report.InputDriftHistory));
        Outputs = ComparedFeature.Join(report.OutputDrift, report.BaselineOutputs, Period.Outputs, new Dictionary<string, DateTimeOffset>());
        Metrics = MetricTrend.Create(report.Quality);
        Faults = ListFaults(report);
        Findings = ReportFindings.Find(this);
        Steps = ReportSteps.Recommend(this);
    }

    public MonitoringReport Report { get; }

    public MonitoringWindow Period => Report.Period;

    public IReadOnlyList<ComparedFeature> Inputs { get; }

    public IReadOnlyList<ComparedFeature> Outputs { get; }

    public IReadOnlyList<MetricTrend> Metrics { get; }

    /// <summary>Gets the faults of the data of the report, which is incomplete because of them.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Gets the findings, most urgent first. There is at least one.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    public IReadOnlyList<NextStep> Steps { get; }

    public ReportVerdict Verdict => Findings[0].Severity;

    public string Headline => $"{Word(Verdict)}: {Findings[0].Headline}";

    /// <summary>Gets the number of inputs with a decision.</summary>
    public int Decided => Inputs.Count(static feature => feature.Drift.Verdict is DriftVerdict.Stable or DriftVerdict.Drifted);

    /// <summary>Gets the latest window with segments, or <see langword="null"/> if there is none.</summary>
    public QualityResult? WithSegments => Report.Quality.Select(static window => window.Value).LastOrDefault(static result => result.Segments.Count > 0);

    public (long Predictions, long Outcomes) Coverage =>
        (Report.Quality.Sum(static window => window.Value.Predictions), Report.Quality.Sum(static window => window.Value.Outcomes));

    public static string Word(ReportVerdict verdict) => verdict switch
    {
        ReportVerdict.Healthy => "Healthy",
        ReportVerdict.TooLittleData => "Too little data",
        ReportVerdict.Attention => "Attention",
        _ => "Act now",
    };

    private static Dictionary<string, DateTimeOffset> FindStarts(IReadOnlyList<KeyValuePair<DateTimeOffset, DriftResult>> history)
    {
        var starts = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var stable = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (time, result) in history.Reverse())
        {
            foreach (var feature in result.Features)
            {
                if (feature.Verdict == DriftVerdict.Stable)
                {
                    stable.Add(feature.Feature);
                }
                else if (feature.Verdict == DriftVerdict.Drifted && !stable.Contains(feature.Feature))
                {
                    starts[feature.Feature] = time;
                }
            }
        }

        return starts;
    }

    /// <summary>Joins the warnings of windows that differ only in the number of rows at their start, and adds these numbers.</summary>
    private static IEnumerable<string> AddCounts(IEnumerable<string> warnings) => warnings
        .Select(static warning => (Warning: warning, Length: warning.AsSpan().IndexOfAnyExceptInRange('0', '9')))
        .Select(static item => item.Length > 0 && long.TryParse(item.Warning.AsSpan(0, item.Length), CultureInfo.InvariantCulture, out var count)
            ? (Count: count, Text: item.Warning[item.Length..])
            : (Count: -1, Text: item.Warning))
        .GroupBy(static item => (HasCount: item.Count >= 0, item.Text))
        .Select(static group => group.Key.HasCount
            ? string.Create(CultureInfo.InvariantCulture, $"{group.Sum(static item => item.Count)}{group.Key.Text}")
            : group.Key.Text);

    private static string[] ListFaults(MonitoringReport report)
    {
        var dropped = report.Period.Dropped == 0 ? []
            : new[]
            {
                $"{ReportText.Count(report.Period.Dropped, "prediction was", "predictions were")} not profiled because the collector was overloaded. "
                + "The distributions below do not contain them. Lower the share of profiled rows, or add an instance.",
            };
        // Outcomes arrive late, so that the latest windows of a healthy service have none. The coverage is a finding of its own.
        var warnings = report.Quality.SelectMany(static window => window.Value.Warnings)
            .Where(static warning => !QualityEvaluator.IsAboutMissingOutcomes(warning));
        return [.. dropped.Concat(report.Period.Faults).Concat(AddCounts(warnings)).Distinct(StringComparer.Ordinal).Select(ReportText.Sentence)];
    }
}
