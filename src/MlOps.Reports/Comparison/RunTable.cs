using System.Globalization;
using System.Xml.Linq;
using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>An HTML table with a row for each run and groups of columns.</summary>
internal sealed class RunTable(RunComparison comparison, IReadOnlyList<int?> colors)
{
    private const int LongestText = 80;
    private const int LongestTitle = 1000;
    private readonly List<(string Name, int Columns)> _groups = [];
    private readonly List<XElement> _heads = [];
    private readonly List<XElement>[] _cells = [.. comparison.Runs.Select(static _ => new List<XElement>())];

    /// <summary>Gets a value indicating whether the table has no columns.</summary>
    public bool IsEmpty => _heads.Count == 0;

    /// <summary>Draws a sample of the line of a run in the charts.</summary>
    public static XElement Swatch(int? color)
    {
        var line = Svg.Element("path", ("class", $"line {(color is null ? "rest" : $"r{color}")}"), ("d", "M2 4h20"));
        var swatch = Svg.Element("svg", ("class", "swatch"), ("viewBox", "0 0 24 8"), ("aria-hidden", "true"));
        swatch.Add(line);
        return swatch;
    }

    /// <summary>Writes the arrow of a direction, or returns <see langword="null"/> if there is no direction.</summary>
    public static XElement? Arrow(MetricDirection? direction) => direction switch
    {
        MetricDirection.Minimize => new XElement("span", new XAttribute("class", "muted"), new XAttribute("title", "Lower is better."), " ↓"),
        MetricDirection.Maximize => new XElement("span", new XAttribute("class", "muted"), new XAttribute("title", "Higher is better."), " ↑"),
        _ => null,
    };

    /// <summary>Writes a text. A long text is truncated in such a way that its difference from other texts remains visible.</summary>
    /// <param name="text">The text, or <see langword="null"/> if there is none.</param>
    /// <param name="commonLength">The length of the prefix that it shares with other texts.</param>
    public static XElement TextCell(string? text, int commonLength)
    {
        if (text is null)
        {
            return new XElement("td", new XAttribute("class", "none"), "none");
        }

        if (text.Length <= LongestText)
        {
            return new XElement("td", Svg.Clean(text));
        }

        var start = commonLength > LongestText / 2 ? commonLength - (LongestText / 4) : 0;
        var shown = $"{(start > 0 ? "…" : "")}{text[start..Math.Min(text.Length, start + LongestText)]}{(start + LongestText < text.Length ? "…" : "")}";
        return new XElement("td", new XAttribute("title", Svg.Clean(text[..Math.Min(text.Length, LongestTitle)])), Svg.Clean(shown));
    }

    public void AddDuration()
    {
        AddGroup("", [new XElement("th", new XAttribute("class", "number"), "Duration")]);
        for (var run = 0; run < _cells.Length; run++)
        {
            var duration = comparison.Runs[run].Ended - comparison.Runs[run].Started;
            _cells[run].Add(new XElement("td", new XAttribute("class", "number"), duration is { } time ? DisplayText.Duration(time) : "–"));
        }
    }

    public void AddTexts(string group, IEnumerable<ComparedValues<string?>> rows)
    {
        var columns = rows.ToArray();
        AddGroup(
            group,
            [.. columns.Select(static column => new XElement("th", IsNumeric(column) ? new XAttribute("class", "number") : null, Svg.Clean(column.Name)))]);
        foreach (var column in columns)
        {
            for (var run = 0; run < _cells.Length; run++)
            {
                var cell = TextCell(column.Values[run], CommonLength(column.Values, column.Values[run]));
                if (IsNumeric(column))
                {
                    cell.SetAttributeValue("class", $"number {(string?)cell.Attribute("class")}".TrimEnd());
                }

                _cells[run].Add(cell);
            }
        }
    }

    public void AddMetrics(string group, IEnumerable<ComparedValues<double?>> rows)
    {
        var columns = rows.ToArray();
        AddGroup(
            group,
            [
                .. columns.Select(column => new XElement(
                    "th", new XAttribute("class", "number"), Svg.Clean(column.Name), Arrow(comparison.DirectionOf(column.Name)))),
            ]);
        foreach (var column in columns)
        {
            var best = comparison.FindBest(column);
            for (var run = 0; run < _cells.Length; run++)
            {
                _cells[run].Add(MetricCell(column.Name, run, column.Values[run], best[run]));
            }
        }
    }

    public XElement Write()
    {
        var groups = _groups.Select(static group =>
            new XElement("th", new XAttribute("class", "group"), new XAttribute("colspan", group.Columns), group.Name));
        var first = new XElement("tr", new XElement("th", new XAttribute("class", "group"), ""), groups);
        return new XElement(
            "div",
            new XAttribute("class", "wide"),
            new XAttribute("tabindex", "0"),
            new XElement(
                "table",
                new XAttribute("class", "runs"),
                new XElement(
                    "thead",
                    _groups.All(static group => group.Name.Length == 0) ? null : first,
                    new XElement("tr", new XElement("th", "Run"), _heads)),
                new XElement("tbody", comparison.Runs.Select((run, index) => new XElement(
                    "tr",
                    new XElement(
                        "th",
                        new XAttribute("scope", "row"),
                        new XAttribute("title", run.Id),
                        comparison.Runs.Count > 1 ? Swatch(colors[index]) : null,
                        Svg.Clean(comparison.Headings[index]),
                        WriteStatus(run.Status)),
                    _cells[index])))));
    }

    /// <summary>Writes the status of a run, unless it is finished.</summary>
    private static XElement? WriteStatus(RunStatus status) => status == RunStatus.Finished ? null : new XElement(
        "span", new XAttribute("class", status == RunStatus.Running ? "muted" : "bad"), $" {status.ToString().ToLowerInvariant()}");

    private static bool IsNumeric(ComparedValues<string?> column) =>
        column.Values.All(static value => value is null || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    /// <summary>Finds the length of the longest prefix that a text shares with a different text.</summary>
    private static int CommonLength(IReadOnlyList<string?> texts, string? text) =>
        texts.Where(other => other != text).Select(other => other.AsSpan().CommonPrefixLength(text)).DefaultIfEmpty().Max();

    private void AddGroup(string name, IReadOnlyList<XElement> heads)
    {
        if (heads.Count > 0)
        {
            _groups.Add((name, heads.Count));
            _heads.AddRange(heads);
        }
    }

    private XElement MetricCell(string metric, int run, double? value, bool isBest)
    {
        if (value is not { } number)
        {
            return new XElement("td", new XAttribute("class", "number none"), "none");
        }

        var kind = isBest ? " best" : double.IsFinite(number) ? "" : " bad";
        return new XElement(
            "td",
            new XAttribute("class", "number" + kind),
            new XAttribute("title", CsvTable.Text(number)),
            DisplayText.Number(number),
            BestOfRun(metric, run, number));
    }

    /// <summary>Writes the best value of a run and its step, if it is not the last value.</summary>
    private XElement? BestOfRun(string metric, int run, double last)
    {
        if (comparison.DirectionOf(metric) is not { } direction || !comparison.Runs[run].MetricSummaries.TryGetValue(metric, out var summary))
        {
            return null;
        }

        var (best, step) = direction == MetricDirection.Minimize ? (summary.Minimum, summary.MinimumStep) : (summary.Maximum, summary.MaximumStep);
        return best is not { } value || value == last ? null
            : new XElement("small", $"best {DisplayText.Number(value)}{(step is { } number ? FormattableString.Invariant($" at step {number}") : "")}");
    }
}
