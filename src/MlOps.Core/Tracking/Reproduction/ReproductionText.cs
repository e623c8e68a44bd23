using System.Globalization;
using System.Text;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Formats the reports of reproductions.</summary>
internal static class ReproductionText
{
    /// <summary>Formats a report as plain text.</summary>
    public static string ToText(ReproductionReport report)
    {
        var text = new StringBuilder();
        text.Line($"{GetResult(report)}");
        if (report.Metrics.Count > 0)
        {
            text.Line($"Metrics:");
        }

        foreach (var metric in report.Metrics)
        {
            var note = metric.Agrees ? "" : " (does not agree)";
            text.Line($"  {metric.Metric}: recorded {Format(metric.Recorded)}, reproduced {Format(metric.Reproduced)}{note}");
        }

        text.Line($"{GetDifferencesHeading(report)}");
        foreach (var difference in report.Differences)
        {
            text.Line($"  {difference}");
        }

        return text.ToString();
    }

    /// <summary>Formats a report as Markdown.</summary>
    public static string ToMarkdown(ReproductionReport report)
    {
        var text = new StringBuilder();
        text.Line($"# Reproduction of {Markdown.Inline(report.Recorded.Name)}\n\n{Markdown.Inline(GetResult(report))}\n");
        if (report.Metrics.Count > 0)
        {
            text.Line($"{Markdown.Head("Metric", "Recorded", "Reproduced", "Agrees")}");
        }

        foreach (var metric in report.Metrics)
        {
            var agrees = metric.Agrees ? "yes" : "**no**";
            text.Line($"{Markdown.Row(Markdown.Inline(metric.Metric), Format(metric.Recorded), Format(metric.Reproduced), agrees)}");
        }

        text.Line($"\n{GetDifferencesHeading(report)}");
        if (report.Differences.Count > 0)
        {
            text.Line($"\n{Markdown.Head("Difference", "Recorded", "Current", "Remedy")}");
        }

        foreach (var difference in report.Differences)
        {
            string?[] cells = [difference.Title, difference.Recorded, difference.Current, difference.Remedy];
            text.Line($"{Markdown.Row([.. cells.Select(static cell => Markdown.Inline(cell ?? "none"))])}");
        }

        return text.ToString();
    }

    private static string GetResult(ReproductionReport report)
    {
        var run = $"Run {report.Recorded.Id} '{report.Recorded.Name}'";
        if (report.Metrics.Count == 0)
        {
            return $"{run} cannot be compared with its reproduction (run {report.Reproduced.Id}), because neither run has metrics.";
        }

        var count = report.Metrics.Count(static metric => metric.Agrees);
        var result = report.Agrees ? "was reproduced" : "was NOT reproduced";
        return $"{run} {result} by run {report.Reproduced.Id}: {count} of {report.Metrics.Count} metrics agree.";
    }

    private static string GetDifferencesHeading(ReproductionReport report) => report.Differences.Count switch
    {
        0 => "No differences were found before the training.",
        1 => "One difference was found before the training:",
        var count => $"{count} differences were found before the training, most significant first:",
    };

    private static string Format(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    private static void Line(this StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
