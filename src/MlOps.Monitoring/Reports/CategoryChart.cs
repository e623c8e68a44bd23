using System.Xml.Linq;
using MlOps.Monitoring.Profiles;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Draws the shares of the categories of a text in the baseline (filled) and in the period (outlined).</summary>
internal sealed class CategoryChart
{
    private const int MostRows = 8;
    private const double Width = 400;
    private const double RowHeight = 27;
    private const double LabelWidth = 118;
    private const double BarLeft = LabelWidth + 8;
    private const double BarWidth = 160;
    private const int LongestLabel = 18;
    private const double SmallWidth = 120;
    private const double SmallHeight = 28;
    private readonly List<(string Label, double Before, double After)> _rows;

    private CategoryChart(List<(string Label, double Before, double After)> rows) => _rows = rows;

    /// <summary>Creates a chart of the categories with the largest shares.</summary>
    /// <returns>The chart, or <see langword="null"/> if neither profile has texts.</returns>
    public static CategoryChart? Create(FeatureProfile? baseline, FeatureProfile? current)
    {
        var (before, after) = (Shares(baseline), Shares(current));
        if (before.Count + after.Count == 0 && (baseline?.Values ?? 0) + (current?.Values ?? 0) == 0)
        {
            return null;
        }

        var rows = before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Select(category => (Label: category, Before: before.GetValueOrDefault(category), After: after.GetValueOrDefault(category)))
            .OrderByDescending(static row => Math.Max(row.Before, row.After)).ThenBy(static row => row.Label, StringComparer.Ordinal)
            .Take(MostRows).ToList();
        var rest = (Before: Rest(baseline, rows.Sum(static row => row.Before)), After: Rest(current, rows.Sum(static row => row.After)));
        if (rest.Before > 0 || rest.After > 0)
        {
            rows.Add(("all others", rest.Before, rest.After));
        }

        return new CategoryChart(rows);
    }

    /// <summary>Draws a chart with labels.</summary>
    public XElement Draw(string name)
    {
        var description = string.Join("; ", _rows.Select(static row =>
            $"{ReportText.Name(row.Label)}: baseline {ReportText.Percent(row.Before)}, now {ReportText.Percent(row.After)}"));
        var element = Svg.Element("desc");
        element.Add(Svg.Clean(description));
        var scale = BarWidth / _rows.Max(static row => Math.Max(row.Before, row.After));
        return Svg.Root(
            $"Categories of {name}", Width, (_rows.Count * RowHeight) + 4, [element, .. _rows.SelectMany((row, index) => DrawRow(row, index, scale))]);
    }

    /// <summary>Draws a small chart without labels, for a table.</summary>
    public XElement DrawSmall(string name)
    {
        var step = (SmallWidth - 2) / _rows.Count;
        var scale = (SmallHeight - 3) / _rows.Max(static row => Math.Max(row.Before, row.After));
        return Svg.Root(
            $"Categories of {name}",
            SmallWidth,
            SmallHeight,
            _rows.SelectMany((row, index) => new[]
            {
                Column(1 + (index * step), step * 0.8, row.Before * scale, "before"),
                Column(1 + (index * step) + (step * 0.2), step * 0.6, row.After * scale, "after"),
            }));
    }

    private static XElement Column(double x, double width, double height, string kind) =>
        Svg.Rectangle(x, SmallHeight - 1 - height, width, height, ("class", kind));

    private static IEnumerable<XElement> DrawRow((string Label, double Before, double After) row, int index, double scale)
    {
        var top = (index * RowHeight) + 4;
        yield return Svg.Text(LabelWidth, top + 14, ReportText.Name(row.Label), "end", LongestLabel);
        yield return Svg.Rectangle(BarLeft, top, row.Before * scale, 9, ("class", "before"));
        yield return Svg.Rectangle(BarLeft, top + 10, row.After * scale, 9, ("class", "after"));
        yield return Svg.Text(
            Width - 2, top + 14, $"{ReportText.Percent(row.Before)} → {ReportText.Percent(row.After)}", "end", 40, ("class", "value"));
    }

    private static Dictionary<string, double> Shares(FeatureProfile? profile)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (category, count) in profile?.Categories ?? [])
        {
            shares[category] = (double)count / Math.Max(profile!.Values, 1);
        }

        return shares;
    }

    /// <summary>Computes the share of the texts that the rows do not contain. Shares of frequent items are estimates, so the rest may be negative.</summary>
    private static double Rest(FeatureProfile? profile, double shown) => profile is { Values: > 0 } && shown < 1 - 1e-9 ? Math.Max(0, 1 - shown) : 0;
}
