using System.Globalization;
using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Writes comparisons as HTML pages. The content security policy of a page forbids scripts and external resources.</summary>
internal sealed class ComparisonPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'";
    private const int SystemGroup = 2;
    private readonly RunComparison _comparison;
    private readonly int?[] _colors;

    private ComparisonPage(RunComparison comparison)
    {
        _comparison = comparison;
        _colors = RunColors.Assign(comparison);
    }

    private bool IsOne => _comparison.Runs.Count == 1;

    public static string Write(RunComparison comparison) =>
        "<!DOCTYPE html>\n" + new ComparisonPage(comparison).Write().ToString(SaveOptions.DisableFormatting) + "\n";

    private XElement Write()
    {
        var title = IsOne ? _comparison.Headings[0] : string.Create(CultureInfo.InvariantCulture, $"Comparison of {_comparison.Runs.Count} runs");
        return new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("http-equiv", "Content-Security-Policy"), new XAttribute("content", Policy)),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                new XElement("title", Svg.Clean(title)),
                new XElement("style", PageStyle.Text)),
            new XElement(
                "body",
                new XElement("h1", Svg.Clean(title)),
                Note(Describe()),
                WriteResults(),
                WriteCharts(static group => group != SystemGroup, "Metrics by step"),
                WriteOtherDifferences(),
                WriteSystem(),
                WriteSame()));
    }

    private string Describe()
    {
        var experiments = _comparison.Runs.Select(static run => run.Experiment).Distinct(StringComparer.Ordinal).ToArray();
        var (first, last) = (Minute(_comparison.Runs.Min(static run => run.Started)), Minute(_comparison.Runs.Max(static run => run.Started)));
        var named = experiments.Length > 3 ? string.Create(CultureInfo.InvariantCulture, $"{experiments.Length} experiments")
            : $"{(experiments.Length == 1 ? "Experiment" : "Experiments")} {string.Join(", ", experiments)}";
        return $"{named} · started {first}{(first == last ? "" : $" to {last}")} UTC";

        static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private IEnumerable<XElement> WriteResults()
    {
        var table = new RunTable(_comparison, _colors);
        table.AddTexts(IsOne ? "" : "Parameters that differ", _comparison.Parameters.Where(static row => row.Differs));
        var metrics = _comparison.Metrics.Where(static metric => RunComparison.GroupOf(metric.Name) != SystemGroup).OrderBy(metric => Place(metric.Name));
        table.AddMetrics("Metrics: last value", metrics);
        table.AddDuration();
        yield return table.Write();
        if (_comparison.Metrics.Any(metric => _comparison.FindBest(metric).Any(static isBest => isBest)))
        {
            yield return Note(
                "↓ lower is better, ↑ higher is better. The best value is marked. The direction is inferred from the name of the metric, "
                + "unless it was passed to CompareAsync. A metric without an arrow has no known direction.");
        }

        foreach (var name in _comparison.FindUnusedDirections())
        {
            yield return Note($"CompareAsync received a direction for the metric '{name}', but no run has this metric.");
        }
    }

    private IEnumerable<XElement> WriteCharts(Func<int, bool> isWanted, string title)
    {
        var histories = _comparison.Histories.Where(history => isWanted(RunComparison.GroupOf(history.Metric)))
            .OrderBy(history => Place(history.Metric)).ToArray();
        if (histories.Length == 0)
        {
            yield break;
        }

        yield return new XElement("h2", title);
        if (!IsOne)
        {
            yield return WriteLegend();
        }

        yield return new XElement("div", new XAttribute("class", "charts"), histories.Select(WriteChart));
    }

    private XElement WriteLegend()
    {
        var rest = _colors.Count(static color => color is null);
        var items = _comparison.Headings.Where((_, run) => _colors[run] is not null)
            .Select(static (heading, color) => new XElement("li", RunTable.Swatch(color), Svg.Clean(heading)));
        var others = rest == 1 ? "1 other run" : string.Create(CultureInfo.InvariantCulture, $"{rest} other runs");
        return new XElement(
            "ul",
            new XAttribute("class", "legend"),
            items,
            rest == 0 ? null : new XElement("li", RunTable.Swatch(null), others));
    }

    private XElement WriteChart(MetricHistory history)
    {
        var chart = new HistoryChart(history, _comparison.Headings, _colors);
        var gaps = chart.FindGaps().ToArray();
        var named = string.Join(", ", gaps.Take(3).Select(gap => FormattableString.Invariant($"{_comparison.Headings[gap.Run]} at step {gap.Step}")));
        return new XElement(
            "figure",
            new XElement(
                "figcaption",
                Svg.Clean(history.Metric),
                RunTable.Arrow(_comparison.DirectionOf(history.Metric)),
                chart.IsLogarithmic ? new XElement("span", new XAttribute("class", "muted"), " log scale") : null),
            chart.Draw(),
            gaps.Length == 0 ? null : new XElement("p", Svg.Clean($"× NaN or infinite: {named}{(gaps.Length > 3 ? $" and {gaps.Length - 3} more" : "")}")),
            history.StepsPerRow == 1 ? null : new XElement(
                "p",
                FormattableString.Invariant($"Thinned: each point is the last value of {history.StepsPerRow} steps; the band is their range.")));
    }

    private IEnumerable<XElement> WriteOtherDifferences()
    {
        var table = new RunTable(_comparison, _colors);
        table.AddTexts("Attributes", _comparison.Attributes.Where(static row => row.Differs && row.Name != RunAttributes.Duration));
        table.AddTexts("Data", _comparison.Datasets.Where(static row => row.Differs));
        table.AddTexts("Tags", _comparison.Tags.Where(static row => row.Differs));
        return table.IsEmpty ? [] : [new XElement("h2", "Other differences"), table.Write()];
    }

    private IEnumerable<XElement> WriteSystem()
    {
        var table = new RunTable(_comparison, _colors);
        table.AddMetrics("", _comparison.Metrics.Where(static metric => RunComparison.GroupOf(metric.Name) == SystemGroup));
        var charts = WriteCharts(static group => group == SystemGroup, "System metrics by step");
        return table.IsEmpty ? [] : [new XElement("details", new XElement("summary", "System metrics"), table.Write(), charts)];
    }

    private IEnumerable<XElement> WriteSame()
    {
        var rows = ComparisonTables.Shown(_comparison).Where(static table => table.Kind != "metric")
            .SelectMany(static table => table.Rows.Where(static row => !row.Differs && row.Values[0] is not null)
                .Select(row => (table.Kind, row.Name, Value: row.Values[0]!))).ToArray();
        return rows.Length == 0 ? [] :
        [
            new XElement(
                "details",
                IsOne ? new XAttribute("open", "open") : null,
                new XElement("summary", IsOne ? "Parameters, attributes, tags and data" : "Common values of all runs"),
                new XElement("div", new XAttribute("class", "wide"), new XElement("table", new XElement("tbody", rows.Select(WriteSameRow))))),
        ];
    }

    /// <summary>Gets the sort key of a metric on the page. Within a group, metrics with a direction come first.</summary>
    private (int Group, bool HasNoDirection) Place(string metric) => (RunComparison.GroupOf(metric), _comparison.DirectionOf(metric) is null);

    private static XElement WriteSameRow((string Kind, string Name, string Value) row) => new(
        "tr",
        new XElement("td", new XAttribute("class", "none"), row.Kind),
        new XElement("th", new XAttribute("scope", "row"), Svg.Clean(row.Name)),
        RunTable.TextCell(row.Value, commonLength: 0));

    private static XElement Note(string text) => new("p", new XAttribute("class", "note"), Svg.Clean(text));
}
