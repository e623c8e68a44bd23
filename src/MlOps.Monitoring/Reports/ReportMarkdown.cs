using System.Globalization;
using System.Text;
using MlOps.Monitoring.Drift;
using MlOps.Registry;

namespace MlOps.Monitoring.Reports;

/// <summary>Writes reports as GitHub Flavored Markdown.</summary>
internal sealed class ReportMarkdown(ReportContents contents)
{
    private const int MostFeatures = 50;
    private const int MostSegments = 10;
    private const int MostItems = 50;
    private readonly StringBuilder _text = new();

    public string Write()
    {
        var period = contents.Period;
        Line($"# Monitoring of {Escape(ReportText.Name(period.Model))}");
        Line($"Version {period.Version} · {ReportText.Time(period.Start)} to {ReportText.Time(period.End)} UTC · "
            + ReportText.Count(period.Instances.Count, "instance", "instances"));
        Line($"**{Escape(contents.Headline)}**");
        Items(contents.Findings.Select(static finding => finding.Text));
        Table(
            ["Number", "Value"],
            SummaryTiles.List(contents).Select(static tile => new[] { tile.Name, tile.Note.Length == 0 ? tile.Value : $"{tile.Value} ({tile.Note})" }));
        Line("## What to do next");
        WriteSteps();
        WriteAlerts();
        WriteFeatures("Inputs", contents.Inputs);
        WriteFeatures("Predictions", contents.Outputs);
        WriteQuality();
        if (contents.Faults.Count > 0)
        {
            Line("## Faults of the data");
            Items(contents.Faults);
        }

        if (contents.Report.Created is { } created)
        {
            Line($"Created {ReportText.Time(created)} UTC.");
        }

        return _text.ToString().TrimEnd('\n') + "\n";
    }

    private static string Escape(string text) => Markdown.Inline(text);

    private void Line(string text) => _text.Append(text).Append("\n\n");

    private void Items(IEnumerable<string> texts)
    {
        var items = texts.ToArray();
        foreach (var text in items.Take(MostItems))
        {
            _text.Append("- ").Append(Escape(text)).Append('\n');
        }

        Line(items.Length > MostItems ? $"- {ReportText.Count(items.Length - MostItems)} more" : "");
    }

    private void Table(string[] heads, IEnumerable<string[]> rows)
    {
        _text.Append(Markdown.Head(heads)).Append('\n');
        foreach (var row in rows)
        {
            _text.Append(Markdown.Row(row.Select(Escape))).Append('\n');
        }

        _text.Append('\n');
    }

    private void WriteSteps()
    {
        foreach (var step in contents.Steps)
        {
            // A literal in the code contains no line break, so that a name cannot end the block.
            _text.Append("1. ").Append(Escape(step.Text)).Append('\n')
                .Append(step.Code is null ? "" : $"\n   ```csharp\n   {step.Code}\n   ```\n\n");
        }

        _text.Append('\n');
    }

    private void WriteAlerts()
    {
        if (contents.Report.Alerts is { Count: > 0 } alerts)
        {
            Line("## Active alerts");
            Table(
                ["Rule", "Version", "Since (UTC)", "Value", "Threshold", "Message"],
                alerts.OrderBy(static alert => alert.Time).Take(MostItems).Select(static alert => new[]
                {
                    ReportText.Name(alert.Key), alert.Version?.ToString(CultureInfo.InvariantCulture) ?? ReportText.None, ReportText.Time(alert.Time),
                    ReportText.Number(alert.Value), ReportText.Number(alert.Threshold), ReportText.Sentence(alert.Message),
                }));
            More(alerts.Count - MostItems);
        }
    }

    private void WriteFeatures(string title, IReadOnlyList<ComparedFeature> features)
    {
        var stable = features.Count(static feature => feature.Drift.Verdict == DriftVerdict.Stable);
        var others = features.Where(static feature => feature.Drift.Verdict != DriftVerdict.Stable)
            .OrderBy(static feature => feature.Drift.Verdict != DriftVerdict.Drifted).ToArray();
        if (features.Count == 0)
        {
            return;
        }

        Line($"## {title}");
        Line($"{ReportText.Count(stable)} of {ReportText.Count(features.Count, "feature is", "features are")} stable.");
        if (others.Length > 0)
        {
            Table(
                ["Feature", "Verdict", "In words", "Test", "Adjusted p", "Effect", "Threshold", "Missing"],
                others.Take(MostFeatures).Select(static feature => new[]
                {
                    feature.Name,
                    feature.Verdict,
                    feature.Reasons,
                    feature.Drift.Test.Length == 0 ? ReportText.None : ReportText.Sentence(feature.Drift.Test),
                    ReportText.PValue(feature.Drift.AdjustedPValue),
                    $"{ReportText.Number(feature.Drift.Effect)} {ReportText.Sentence(feature.Drift.EffectName)}",
                    ReportText.Number(feature.Drift.Threshold),
                    $"{ReportText.Percent(feature.Drift.MissingRate.Baseline)} → {ReportText.Percent(feature.Drift.MissingRate.Current)}",
                }));
            More(others.Length - MostFeatures);
        }
    }

    private void WriteQuality()
    {
        if (contents.Metrics.Count == 0)
        {
            return;
        }

        Line("## Quality");
        Line("The latest window of each metric, with its 95 % confidence interval.");
        Table(
            ["Metric", "Realised", "Window (UTC)", "Estimated", "Window (UTC)"],
            contents.Metrics.Take(MostItems).Select(static metric => new[]
            {
                metric.Name,
                metric.Realised?.Realised is { } realised ? ReportText.Estimate(realised) : ReportText.None,
                metric.Realised is { } window ? ReportText.Time(window.Start) : ReportText.None,
                metric.Estimated?.Estimated is { } estimated ? ReportText.Estimate(estimated) : ReportText.None,
                metric.Estimated is { } other ? ReportText.Time(other.Start) : ReportText.None,
            }));
        More(contents.Metrics.Count - MostItems);
        if (contents.WithSegments is { } result)
        {
            Line("### Worst segments");
            Table(
                ["Segment", "Rows", "Metric", "Value"],
                result.Segments.Take(MostSegments).Select(static segment => new[]
                {
                    $"{ReportText.Name(segment.Feature)} = {ReportText.Name(segment.Value)}", ReportText.Count(segment.Rows), ReportText.Name(segment.Metric),
                    ReportText.Estimate(segment.Estimate),
                }));
        }
    }

    private void More(int hidden)
    {
        if (hidden > 0)
        {
            Line($"{ReportText.Count(hidden)} more are not shown. The JSON report contains them.");
        }
    }
}
