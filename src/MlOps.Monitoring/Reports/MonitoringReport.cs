using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>The state of a model in a period, compared with its baseline.</summary>
/// <remarks>Immutable and thread-safe. The outputs depend only on the properties, not on the time or the machine.</remarks>
public sealed class MonitoringReport
{
    /// <summary>Gets the merged predictions of the period.</summary>
    public required MonitoringWindow Period { get; init; }

    /// <summary>Gets the profile of the inputs of the baseline; <see langword="null"/> if the version has none.</summary>
    public DataProfile? BaselineInputs { get; init; }

    /// <summary>Gets the profile of the outputs of the baseline; <see langword="null"/> if the version has none.</summary>
    public DataProfile? BaselineOutputs { get; init; }

    /// <summary>Gets the drift of the inputs; <see langword="null"/> without a baseline.</summary>
    public DriftResult? InputDrift { get; init; }

    /// <summary>Gets the drift of the outputs; <see langword="null"/> without a baseline.</summary>
    public DriftResult? OutputDrift { get; init; }

    /// <summary>Gets the drift of the inputs in each window of the period, oldest first. The report derives the start of a drift from it.</summary>
    /// <value>The default is empty: the report states no start.</value>
    public IReadOnlyList<KeyValuePair<DateTimeOffset, DriftResult>> InputDriftHistory { get; init; } = [];

    /// <summary>Gets the quality of each window in the period, oldest first.</summary>
    public IReadOnlyList<KeyValuePair<DateTimeOffset, QualityResult>> Quality { get; init; } = [];

    /// <summary>Gets the active alerts.</summary>
    public IReadOnlyList<Alerts.Alert> Alerts { get; init; } = [];

    /// <summary>Gets the predictions of other versions of the model in the same period.</summary>
    public IReadOnlyList<MonitoringWindow> OtherVersions { get; init; } = [];

    /// <summary>Gets the time of the creation. Outcomes that were recorded later are not included.</summary>
    /// <value>The default is <see langword="null"/>: the report states no time.</value>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Gets the overall decision.</summary>
    /// <remarks>
    /// The first that applies: <see cref="ReportVerdict.ActNow"/> if an alert is active, or if a realised metric of the latest window is worse than that of
    /// the first window and their 95 % confidence intervals do not overlap; <see cref="ReportVerdict.Attention"/> if a feature has drifted, an estimated
    /// metric has fallen in the same way, at least 5 % of the rows were rejected, an input cannot be compared, there is no baseline, or there are faults;
    /// <see cref="ReportVerdict.TooLittleData"/> if there are no predictions or no input has a decision; otherwise <see cref="ReportVerdict.Healthy"/>.
    /// Metrics of single classes are not judged. If nothing has changed and the intervals have the same width, the intervals of a metric are apart in the
    /// worse direction in about 0.3 % of reports.
    /// </remarks>
    public ReportVerdict Verdict => new ReportContents(this).Verdict;

    /// <summary>Gets the most important finding in one line, such as <c>Attention: 2 of 12 inputs have drifted</c>.</summary>
    public string Headline => new ReportContents(this).Headline;

    /// <summary>Gets the recommended steps, most important first. Steps with code have the code in their last line.</summary>
    public IReadOnlyList<string> NextSteps =>
        [.. new ReportContents(this).Steps.Select(static step => step.Code is null ? step.Text : $"{step.Text}\n{step.Code}")];

    /// <summary>Writes the report as a self-contained HTML page.</summary>
    /// <returns>A page without scripts and external resources, for light and dark screens of at least 360 pixels. All texts are escaped.</returns>
    public string ToHtml() => new ReportPage(new ReportContents(this)).Write();

    /// <summary>Writes the report as Markdown, for example for a pull request.</summary>
    /// <returns>A document in GitHub Flavored Markdown. All texts are escaped.</returns>
    public string ToMarkdown() => new ReportMarkdown(new ReportContents(this)).Write();

    /// <summary>Writes the report as JSON, for programs.</summary>
    /// <returns>A document with <c>format</c> 1. NaN is <c>null</c>, and infinities are the texts <c>Infinity</c> and <c>-Infinity</c>.</returns>
    public string ToJson() => ReportDocument.Write(new ReportContents(this));
}
