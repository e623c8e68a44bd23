using System.Text;
using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>Draws series of points as an SVG image, such as the loss of each epoch.</summary>
/// <remarks>Instances are immutable and thread-safe, provided that the caller does not change the lists.</remarks>
/// <example>
/// <code>
/// var chart = new LineChart
/// {
///     Title = "Loss",
///     XLabel = "epoch",
///     Series = [new ChartSeries("train", [(1, 0.9), (2, 0.5), (3, 0.4)])],
/// };
/// File.WriteAllText("loss.svg", chart.ToSvg());
/// </code>
/// </example>
public sealed class LineChart
{
    private const double Width = 640;
    private const double PlotHeight = 280;
    private const double Left = 72;
    private const double Top = 40;
    private const double Right = 20;
    private const double Bottom = 52;
    private const double LegendLine = 18;
    private const double PlotWidth = Width - Left - Right;
    private const int MaxPoints = 1000;
    private const double MaxMagnitude = 1e300;

    private static readonly string[] s_colors = ["#0a7bc2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8f6fd1", "#9c6b30"];

    /// <summary>Gets the title.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the series.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }

    /// <summary>Gets the label of the horizontal axis.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>Gets the label of the vertical axis.</summary>
    public string YLabel { get; init; } = "";

    /// <summary>Draws the chart.</summary>
    /// <returns>A self-contained SVG document that is readable on light and dark backgrounds. All texts are escaped.</returns>
    public string ToSvg()
    {
        var drawn = Series.Select(Thin).ToArray();
        var visible = drawn.SelectMany(static points => points).Where(IsDrawn).ToArray();
        var area = new PlotArea(
            Left, Top, PlotWidth, PlotHeight, new LinearAxis(visible.Select(static point => point.X)), new LinearAxis(visible.Select(static point => point.Y)));
        var legend = Series.Count > 1 ? DrawLegend() : [];
        return Svg.Draw(
            Title,
            Width,
            Top + PlotHeight + Bottom + (legend.Length > 0 ? LegendLine * (((Series.Count + 1) / 2) + 0.5) : 0),
            [.. DrawTexts(), .. area.DrawAxes(), .. drawn.Select((points, index) => DrawSeries(index, points, area)), .. legend]);
    }

    /// <summary>Determines whether a point can be drawn. The comparisons are false for NaN.</summary>
    private static bool IsDrawn((double X, double Y) point) => Math.Abs(point.X) <= MaxMagnitude && Math.Abs(point.Y) <= MaxMagnitude;

    private static (double X, double Y)[] Thin(ChartSeries series)
    {
        var thinning = new SeriesThinning<(double X, double Y)>(MaxPoints, static point => IsDrawn(point) ? point.Y : double.NaN);
        foreach (var point in series.Points)
        {
            thinning.Add(point);
        }

        return thinning.ToArray();
    }

    private IEnumerable<XElement> DrawTexts()
    {
        yield return Svg.Text(Width / 2, 24, Title, "middle", 80, ("font-size", "15"));
        yield return Svg.Text(Left + (PlotWidth / 2), Top + PlotHeight + 40, XLabel, "middle");
        yield return Svg.Text(0, 0, YLabel, "middle", 40, ("transform", $"translate(16 {Svg.Number(Top + (PlotHeight / 2))}) rotate(-90)"));
    }

    private XElement DrawSeries(int index, (double X, double Y)[] points, PlotArea area)
    {
        var path = new StringBuilder();
        var isJoined = false;
        foreach (var point in points)
        {
            if (IsDrawn(point))
            {
                // A line of zero length is drawn as a dot, so that a point between two gaps is visible.
                path.Append(isJoined ? 'L' : 'M').Append(area.X(point.X)).Append(' ').Append(area.Y(point.Y)).Append(isJoined ? "" : "h0");
            }

            isJoined = IsDrawn(point) && Series[index].Style != SeriesStyle.Points;
        }

        return Svg.Element("path", [("d", path.ToString()), .. Stroke(index)]);
    }

    private (string Name, string Value)[] Stroke(int index)
    {
        var isDots = Series[index].Style == SeriesStyle.Points;
        (string, string)[] stroke =
        [
            ("fill", "none"), ("stroke", s_colors[index % s_colors.Length]), ("stroke-width", isDots ? "4" : "2"), ("stroke-linecap", "round"),
            ("stroke-linejoin", "round"), ("stroke-opacity", isDots ? "0.5" : "1"),
        ];
        var dashes = Series[index].Style == SeriesStyle.DashedLine ? "2 5"
            : index >= s_colors.Length && !isDots ? $"{4 + (4 * (index / s_colors.Length))} 5" : null;
        return dashes is null ? stroke : [.. stroke, ("stroke-dasharray", dashes)];
    }

    private XElement[] DrawLegend() =>
    [
        .. Series.SelectMany((series, index) =>
        {
            var left = Left + (PlotWidth / 2 * (index % 2));
            var middle = Top + PlotHeight + Bottom + (LegendLine * (index / 2)) + 4;
            return new[]
            {
                Svg.Element("path", [("d", $"M{Svg.Number(left)} {Svg.Number(middle)}h18"), .. Stroke(index)]),
                Svg.Text(left + 26, middle + 4, series.Name, "start", 34),
            };
        }),
    ];
}
