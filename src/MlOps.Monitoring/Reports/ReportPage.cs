using System.Xml.Linq;
using MlOps.Monitoring.Windows;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Writes reports as HTML pages. The content security policy of a page forbids scripts and external resources.</summary>
internal sealed class ReportPage(ReportContents contents)
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";
    private const int MostFindings = 8;
    private const int MostAlerts = 50;
    private const int MostFaults = 50;
    private const int MostInstances = 100;

    private MonitoringWindow Period => contents.Period;

    public string Write() => "<!DOCTYPE html>\n" + WritePage().ToString(SaveOptions.DisableFormatting) + "\n";

    private XElement WritePage()
    {
        var title = $"Monitoring of {ReportText.Name(Period.Model)}";
        return new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                new XElement("title", $"{title}: {contents.Headline}"),
                new XElement("style", PageStyle.Text + ReportStyle.Text)),
            new XElement(
                "body",
                new XElement("header", new XElement("h1", "Monitoring of ", Html.Name(Period.Model)), Html.Note(Describe())),
                new XElement(
                    "main",
                    WriteVerdict(),
                    SummaryTiles.Write(contents),
                    WriteSteps(),
                    WriteAlerts(),
                    new FeatureSection("inputs", "Inputs", contents.Inputs).Write(),
                    new FeatureSection("outputs", "Predictions", contents.Outputs).Write(),
                    new QualitySection(contents).Write(),
                    WriteFaults(),
                    WriteVersions(),
                    WriteData(),
                    ReportTerms.Write(contents)),
                new XElement("footer", Html.Note(Footer()))));
    }

    private string Describe() => $"Version {Period.Version} · {ReportText.Time(Period.Start)} to {ReportText.Time(Period.End)} UTC · "
        + ReportText.Count(Period.Instances.Count, "instance", "instances");

    private XElement WriteVerdict()
    {
        var kind = contents.Verdict switch
        {
            ReportVerdict.Healthy => "ok",
            ReportVerdict.TooLittleData => "idle",
            ReportVerdict.Attention => "warn",
            _ => "act",
        };
        var icon = Svg.Element("svg", ("class", "icon"), ("viewBox", "0 0 24 24"), ("aria-hidden", "true"));
        icon.Add(
            Svg.Element("circle", ("class", "disc"), ("cx", "12"), ("cy", "12"), ("r", "11")),
            Svg.Element("path", ("class", "sign"), ("d", kind switch
            {
                "ok" => "M7 12.5l3.5 3.5L17 9",
                "idle" => "M7 12h.01M12 12h.01M17 12h.01",
                _ => "M12 6.5v7M12 17.5h.01",
            })));
        return Html.Element(
            "section",
            $"verdict {kind}",
            new XAttribute("aria-labelledby", "verdict"),
            icon,
            new XElement(
                "div",
                new XElement("h2", new XAttribute("id", "verdict"), contents.Headline),
                new XElement("ul", contents.Findings.Take(MostFindings).Select(static finding => new XElement("li", finding.Text)))));
    }

    private XElement WriteSteps() => Html.Section(
        "steps",
        "What to do next",
        Html.Element("ol", "steps", contents.Steps.Select(static step =>
            new XElement("li", step.Text, step.Code is null ? null : new XElement("pre", new XElement("code", step.Code))))));

    private IEnumerable<XElement> WriteAlerts() => contents.Report.Alerts.Count == 0 ? [] :
    [
        Html.Section(
            "alerts",
            "Active alerts",
            Html.Element(
                "ul",
                "alerts",
                contents.Report.Alerts.OrderBy(static alert => alert.Time).Take(MostAlerts).Select(static alert => new XElement(
                    "li",
                    Html.Element("p", "rule", Html.Name(alert.Key), Html.Pill("act", $"since {ReportText.Time(alert.Time)} UTC")),
                    new XElement("p", ReportText.Sentence(alert.Message)),
                    Html.Note($"Version {alert.Version}, value {ReportText.Number(alert.Value)}, threshold {ReportText.Number(alert.Threshold)}")))),
            More(contents.Report.Alerts.Count - MostAlerts)),
    ];

    private IEnumerable<XElement> WriteFaults() => contents.Faults.Count == 0 ? [] :
    [
        Html.Section(
            "faults",
            "Faults of the data",
            Html.Note("The report contains all data that could be read. These parts are missing or doubtful."),
            Html.Element("ul", "faults", contents.Faults.Take(MostFaults).Select(static fault => new XElement("li", fault))),
            More(contents.Faults.Count - MostFaults)),
    ];

    private IEnumerable<XElement> WriteVersions() => contents.Report.OtherVersions.Count == 0 ? [] :
    [
        Html.Section(
            "versions",
            "Versions in this period",
            Html.Table(
                "Versions in this period",
                ["Version", "Predictions", "Rejected", "Latency p50", "Latency p99", "Instances"],
                contents.Report.OtherVersions.Append(Period).OrderByDescending(static window => window.Version).Select(window => Html.Row(
                    $"{window.Version}{(window == Period ? " (this report)" : "")}",
                    ReportText.Count(window.Predictions),
                    ReportText.Percent(window.Predictions == 0 ? double.NaN : (double)window.Rejected / window.Predictions),
                    SummaryTiles.Latency(window, 0.5),
                    SummaryTiles.Latency(window, 0.99),
                    ReportText.Count(window.Instances.Count))))),
    ];

    private XElement WriteData()
    {
        var instances = Period.Instances.Take(MostInstances).Select(ReportText.Name);
        var more = Period.Instances.Count - MostInstances;
        (string Name, string Value)[] facts =
        [
            ("Period", $"{ReportText.Time(Period.Start)} to {ReportText.Time(Period.End)} UTC"),
            ("Profiled rows", ReportText.Count(Period.Inputs.Rows)),
            ("Rows of the baseline", contents.Report.BaselineInputs is { } baseline ? ReportText.Count(baseline.Rows) : "no baseline"),
            ("Accepted rows with warnings", ReportText.Count(Period.Flagged)),
            ("Predictions without profile", ReportText.Count(Period.Dropped)),
            ("Instances", Period.Instances.Count == 0 ? "none" : string.Join(", ", instances) + (more > 0 ? $" and {ReportText.Count(more)} more" : "")),
        ];
        return Html.Details(
            "Data of this report",
            Html.Element("dl", "terms", facts.SelectMany(static fact => new[] { new XElement("dt", fact.Name), new XElement("dd", fact.Value) })));
    }

    private string Footer() => (contents.Report.Created is { } created ? $"Created {ReportText.Time(created)} UTC. " : "")
        + "Distributions are drawn from sketches of the values; counts are exact. All times are UTC.";

    private static XElement? More(int hidden) =>
        hidden > 0 ? Html.Note($"{ReportText.Count(hidden)} more are not shown. The JSON report contains them.") : null;
}
