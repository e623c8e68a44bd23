using System.Xml.Linq;
using MlOps.Monitoring.Quality;
using MlOps.Reports;
using MlOps.Tracking;

namespace MlOps.Monitoring.Reports;

/// <summary>Writes the quality over time and the worst segments.</summary>
internal sealed class QualitySection(ReportContents contents)
{
    private const int MostCharts = 6;
    private const int MostSegments = 10;
    private const int MostClasses = 20;

    public IEnumerable<XElement> Write()
    {
        if (contents.Metrics.Count == 0)
        {
            yield break;
        }

        var charts = contents.Metrics.Take(MostCharts).ToArray();
        yield return Html.Section(
            "quality",
            "Quality over time",
            Html.Note(Coverage()),
            Key(),
            Html.Element("div", "charts", charts.Select(WriteChart)),
            Html.Details(
                "Values of the latest window",
                Html.Table(
                    "Quality of the latest window", ["Metric", "Realised (95 % interval)", "Window", "Estimated (95 % interval)", "Window"],
                    contents.Metrics.Select(WriteMetric))));
        if (contents.WithSegments is { } result)
        {
            yield return WriteSegments(result);
        }

        if (contents.Report.Quality.LastOrDefault(static window => window.Value.Confusion is not null).Value?.Confusion is { } confusion)
        {
            yield return WriteConfusion(confusion);
        }
    }

    private static XElement Key()
    {
        return Html.Element("ul", "key", Item("line r0", "realised (with outcomes)"), Item("line r1 dashed", "estimated (without outcomes)"));

        static XElement Item(string kind, string text)
        {
            var sample = Svg.Element("svg", ("viewBox", "0 0 28 16"), ("aria-hidden", "true"));
            sample.Add(Svg.Element("path", ("class", kind), ("d", "M2 8h24")));
            return new XElement("li", sample, text);
        }
    }

    private string Coverage()
    {
        var (predictions, outcomes) = contents.Coverage;
        return $"Outcomes are known for {ReportText.Count(outcomes)} of {ReportText.Count(predictions, "prediction", "predictions")} "
            + $"({ReportText.Percent(predictions == 0 ? double.NaN : (double)outcomes / predictions)}). The bands are 95 % confidence intervals.";
    }

    private static XElement WriteChart(MetricTrend metric) => new(
        "figure",
        new XElement("figcaption", metric.Name, Arrow(metric.Direction)),
        QualityChart.Draw(metric));

    private static XElement? Arrow(MetricDirection? direction) => direction switch
    {
        MetricDirection.Minimize => Html.Element("span", "muted", " ↓ lower is better"),
        MetricDirection.Maximize => Html.Element("span", "muted", " ↑ higher is better"),
        _ => null,
    };

    private static XElement WriteMetric(MetricTrend metric) => Html.Row(
        metric.Name,
        metric.Realised?.Realised is { } realised ? ReportText.Estimate(realised) : ReportText.None,
        metric.Realised is { } window ? ReportText.Time(window.Start) : ReportText.None,
        metric.Estimated?.Estimated is { } estimated ? ReportText.Estimate(estimated) : ReportText.None,
        metric.Estimated is { } other ? ReportText.Time(other.Start) : ReportText.None);

    private static XElement WriteSegments(QualityResult result)
    {
        var shown = result.Segments.Take(MostSegments).ToArray();
        var marks = shown.GroupBy(static segment => segment.Metric).ToDictionary(
            static group => group.Key,
            group => new IntervalMark(group.Select(static segment => segment.Estimate), Overall(result, group.Key)));
        return Html.Section(
            "segments",
            "Worst segments",
            Html.Note("Parts of the data with the worst quality first, by their confidence interval: a small segment with a wide interval is not a finding. "
                + "The dotted line is the value of all rows."),
            Html.Table(
                "Worst segments", ["Segment", "Compared with all rows", "Rows with outcome", "Metric", "Value (95 % interval)", "All rows", "Interval"],
                shown.Select(segment => Html.Row(
                    new object[] { Html.Name(segment.Feature), " = ", Html.Name(segment.Value) },
                    segment.WorseBy > 0 ? Html.Pill("act", "worse") : Html.Pill("idle", "can be chance"),
                    ReportText.Count(segment.Rows),
                    ReportText.Name(segment.Metric),
                    ReportText.Estimate(segment.Estimate),
                    ReportText.Short(Overall(result, segment.Metric)),
                    Mark(marks[segment.Metric], segment)))));
    }

    private static XElement WriteConfusion(ConfusionMatrix confusion)
    {
        var shown = Math.Min(confusion.Classes.Count, MostClasses);
        var hidden = confusion.Classes.Count - shown;
        return Html.Section(
            "confusion",
            "Right and wrong predictions",
            Html.Note("Numbers of rows of the latest window with outcomes: the actual class by row, the predicted class by column (confusion matrix). The "
                + "cells of right predictions are marked." + (hidden > 0 ? $" {ReportText.Count(hidden)} rarer classes are not shown." : "")),
            Html.Table(
                "Confusion matrix",
                confusion.Classes.Take(shown).Select(ReportText.Name).Prepend("Actual \\ predicted"),
                Enumerable.Range(0, shown).Select(actual => Html.Row(
                    Html.Name(confusion.Classes[actual]),
                    Enumerable.Range(0, shown).Select(predicted => Html.Element(
                        "span", predicted == actual ? "count hit" : "count", ReportText.Count(confusion.Counts[actual][predicted])))))));
    }

    private static XElement Mark(IntervalMark mark, SegmentQuality segment)
    {
        var drawing = mark.Draw($"{ReportText.Name(segment.Metric)} {ReportText.Estimate(segment.Estimate)}", segment.Estimate);
        drawing.SetAttributeValue("class", "mlops-chart mark");
        return drawing;
    }

    private static double Overall(QualityResult result, string metric) => result.Metrics.TryGetValue(metric, out var overall) ? overall.Value : double.NaN;
}
