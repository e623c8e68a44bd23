using System.Globalization;
using System.Text;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Tells of repeated runs to a person.</summary>
internal static class ReproductionText
{
    public static string ToText(ReproductionReport report)
    {
        var text = new StringBuilder();
        text.Line($"{Answer(report)}");
        foreach (var metric in report.Metrics)
        {
            text.Line($"  {(metric.Agrees ? "=" : "≠")} {metric.Metric}: {Show(metric.Recorded)}, now {Show(metric.Present)}");
        }

        text.Line($"{Lead(report)}");
        foreach (var difference in report.Differences)
        {
            text.Line($"  {difference}");
        }

        return text.ToString();
    }

    public static string ToMarkdown(ReproductionReport report)
    {
        var text = new StringBuilder();
        text.Line($"# Reproduction of {Markdown.Inline(report.Recorded.Name)}\n\n{Markdown.Inline(Answer(report))}\n");
        if (report.Metrics.Count > 0)
        {
            text.Line($"{Markdown.Head("metric", "recorded", "now", "agrees")}");
            foreach (var metric in report.Metrics)
            {
                text.Line($"{Markdown.Row(Markdown.Inline(metric.Metric), Show(metric.Recorded), Show(metric.Present), metric.Agrees ? "yes" : "**no**")}");
            }
        }

        text.Line($"\n{Lead(report)}");
        if (report.Differences.Count > 0)
        {
            text.Line($"\n{Markdown.Head("what", "recorded", "now", "how to undo it")}");
            foreach (var difference in report.Differences)
            {
                text.Line($"{Markdown.Row(Markdown.Inline($"{difference.Kind} {difference.Name}".TrimEnd()), Markdown.Inline(difference.Recorded ?? "none"), Markdown.Inline(difference.Present ?? "none"), Markdown.Inline(difference.Remedy))}");
            }
        }

        return text.ToString();
    }

    private static string Answer(ReproductionReport report)
    {
        var agreed = report.Metrics.Count(static metric => metric.Agrees);
        var what = report.Metrics.Count == 0
            ? "cannot be compared: neither run has metrics"
            : $"is {(report.Agrees ? "" : "NOT ")}reproduced: {agreed} of {report.Metrics.Count} metrics agree";
        return $"Run {report.Recorded.Id} '{report.Recorded.Name}' {what} (run {report.Reproduced.Id}).";
    }

    private static string Lead(ReproductionReport report) => report.Differences.Count switch
    {
        0 => "Nothing was different before the training began.",
        1 => "One thing was different before the training began:",
        var count => $"{count} things were different before the training began, what weighs most first:",
    };

    private static string Show(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    private static void Line(this StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
