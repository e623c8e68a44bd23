using System.Globalization;
using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Writes comparisons as pages. The page forbids itself scripts and everything from elsewhere.</summary>
internal static class ComparisonHtml
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    // No angle brackets and ampersands: a page does not unescape what is in a style.
    private const string Style =
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}"
        + ".wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{border-bottom:1px solid #8886;padding:.25rem .75rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        + "thead th{border-bottom-width:2px}td{font-variant-numeric:tabular-nums}.none{opacity:.5}.charts{display:flex;flex-wrap:wrap;gap:1rem}svg{max-width:100%;height:auto}";

    public static string Write(RunComparison comparison)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"Comparison of {comparison.Runs.Count} runs");
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                new XElement("title", title),
                new XElement("style", Style)),
            new XElement(
                "body",
                new XElement("h1", title),
                new XElement("h2", "What differs"),
                WriteTables(comparison, differs: true),
                new XElement("details", new XElement("summary", "What is the same"), WriteTables(comparison, differs: false)),
                new XElement("h2", "Metrics by step"),
                new XElement("div", new XAttribute("class", "charts"), "", comparison.Histories.Select(history => Draw(comparison, history)))));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static IEnumerable<XElement> WriteTables(RunComparison comparison, bool differs)
    {
        var tables = ComparisonTables.Of(comparison).Select(table => (table.Kind, Rows: table.Rows.Where(row => row.Differs == differs).ToArray())).Where(static table => table.Rows.Length > 0);
        foreach (var (kind, rows) in tables)
        {
            var heads = differs ? comparison.Runs.Select(static run => new XElement("th", new XAttribute("title", run.Id), Svg.Clean(RunAttributes.Heading(run)))) : [new XElement("th", "All runs")];
            yield return new XElement(
                "div",
                new XAttribute("class", "wide"),
                new XElement(
                    "table",
                    new XElement("thead", new XElement("tr", new XElement("th", char.ToUpperInvariant(kind[0]) + kind[1..]), heads)),
                    new XElement("tbody", rows.Select(row => WriteRow(row, differs ? row.Values.Count : 1)))));
        }
    }

    private static XElement WriteRow(ComparedValues<string?> row, int columns) =>
        new("tr", new XElement("th", Svg.Clean(row.Name)), row.Values.Take(columns).Select(static value =>
            value is null ? new XElement("td", new XAttribute("class", "none"), "none") : new XElement("td", Svg.Clean(value))));

    private static XElement Draw(RunComparison comparison, MetricHistory history) => XElement.Parse(new LineChart
    {
        Title = history.Metric,
        XLabel = "step",
        Series = [.. comparison.Runs.Select((run, index) => new ChartSeries(RunAttributes.Heading(run), PointsOf(history, index)))],
    }.ToSvg());

    private static ChartPoint[] PointsOf(MetricHistory history, int run) =>
        [.. history.Steps.Zip(history.Values[run]).Where(static pair => pair.Second is not null).Select(static pair => new ChartPoint(pair.First, pair.Second!.Value))];
}
