using System.Xml.Linq;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>The most important numbers of a report.</summary>
internal static class SummaryTiles
{
    public static XElement Write(ReportContents contents) => Html.Element(
        "dl",
        "tiles",
        List(contents).Select(static tile => Html.Element(
            "div", tile.Kind, new XElement("dt", tile.Name), new XElement("dd", tile.Value, tile.Note.Length == 0 ? null : new XElement("small", tile.Note)))));

    /// <summary>Lists the numbers: name, value, note and the class of their state.</summary>
    public static IEnumerable<(string Name, string Value, string Note, string Kind)> List(ReportContents contents)
    {
        var (period, report) = (contents.Period, contents.Report);
        yield return ("Predictions", ReportText.Count(period.Predictions), period.Dropped == 0 ? "" : $"{ReportText.Count(period.Dropped)} not profiled", "");
        yield return (
            "Rejected rows",
            period.Predictions == 0 ? ReportText.None : ReportText.Percent((double)period.Rejected / period.Predictions),
            ReportText.Count(period.Rejected, "row", "rows"),
            "");
        yield return ("Latency, median", Latency(period, 0.5), period.Latency is { Values: > 0 } ? $"99 % below {Latency(period, 0.99)}" : "not measured", "");
        var drifted = ReportFindings.Drifted(contents.Inputs).Count();
        yield return (
            "Drifted inputs",
            report.InputDrift is null || contents.Decided == 0 ? ReportText.None : $"{ReportText.Count(drifted)} of {ReportText.Count(contents.Decided)}",
            report.InputDrift is null ? "no baseline" : contents.Decided == 0 ? "too few values for a decision" : "inputs with a decision",
            drifted > 0 ? "warn" : "");
        if (contents.Metrics is [var metric, ..])
        {
            var (realised, estimated) = (metric.Realised?.Realised, metric.Estimated?.Estimated);
            yield return (
                $"{metric.Name}, latest",
                ReportText.Short((realised ?? estimated)!.Value.Value),
                realised is null ? "estimated, without outcomes"
                : Interval(realised.Value) + (estimated is null ? "" : $" · estimated {ReportText.Short(estimated.Value.Value)}"),
                metric.RealisedFall is null ? "" : "act");
        }

        var (predictions, outcomes) = contents.Coverage;
        yield return (
            "Known outcomes",
            predictions == 0 ? ReportText.None : ReportText.Percent((double)outcomes / predictions),
            $"{ReportText.Count(outcomes)} of {ReportText.Count(predictions)}",
            "");
        yield return ("Active alerts", ReportText.Count(report.Alerts.Count), "", report.Alerts.Count > 0 ? "act" : "");
    }

    /// <summary>Formats a quantile of the latencies in milliseconds.</summary>
    public static string Latency(MonitoringWindow window, double probability) =>
        window.Latency is { Values: > 0 } latency ? $"{ReportText.Short(latency.Quantile(probability))} ms" : ReportText.None;

    /// <summary>Formats the bounds of an estimate; empty if there are none.</summary>
    public static string Interval(Quality.QualityEstimate estimate) =>
        double.IsNaN(estimate.Low) || double.IsNaN(estimate.High) ? "" : $"{ReportText.Short(estimate.Low)} to {ReportText.Short(estimate.High)}";
}
