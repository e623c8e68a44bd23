using System.Xml.Linq;

namespace MlOps.Reports;

/// <summary>The rectangle of a chart in which values are drawn, with its two axes.</summary>
internal sealed record PlotArea(double Left, double Top, double Width, double Height, ChartAxis Horizontal, ChartAxis Vertical)
{
    /// <summary>Formats the horizontal coordinate of a value.</summary>
    public string X(double value) => Svg.Number(Left + (Width * Horizontal.Place(value)));

    /// <summary>Formats the vertical coordinate of a value.</summary>
    public string Y(double value) => Svg.Number(Top + (Height * (1 - Vertical.Place(value))));

    /// <summary>Draws the grid lines and labels of both axes.</summary>
    public IEnumerable<XElement> DrawAxes()
    {
        foreach (var (value, label) in Horizontal.Ticks)
        {
            var x = Left + (Width * Horizontal.Place(value));
            yield return DrawLine(x, Top, x, Top + Height);
            yield return Svg.Text(x, Top + Height + 18, label, "middle");
        }

        foreach (var (value, label) in Vertical.Ticks)
        {
            var y = Top + (Height * (1 - Vertical.Place(value)));
            yield return DrawLine(Left, y, Left + Width, y);
            yield return Svg.Text(Left - 8, y + 4, label, "end");
        }
    }

    private static XElement DrawLine(double x1, double y1, double x2, double y2) =>
        Svg.Element("line", ("class", "grid"), ("x1", Svg.Number(x1)), ("y1", Svg.Number(y1)), ("x2", Svg.Number(x2)), ("y2", Svg.Number(y2)));
}
