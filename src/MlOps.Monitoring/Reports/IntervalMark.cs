using System.Xml.Linq;
using MlOps.Monitoring.Quality;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Draws a metric of a segment with its confidence interval, and the metric of all rows as a vertical line, on a common scale.</summary>
internal sealed class IntervalMark
{
    private const double Width = 160;
    private const double Height = 18;
    private const double Margin = 5;
    private readonly double _low;
    private readonly double _length;
    private readonly double _overall;

    /// <summary>Initializes a new instance of the <see cref="IntervalMark"/> class.</summary>
    /// <param name="segments">The metrics of all segments.</param>
    /// <param name="overall">The metric of all rows, or NaN.</param>
    public IntervalMark(IEnumerable<QualityEstimate> segments, double overall)
    {
        var values = segments.SelectMany(static estimate => new[] { estimate.Low, estimate.Value, estimate.High }).Append(overall)
            .Where(double.IsFinite).DefaultIfEmpty().ToArray();
        (_low, _overall) = (values.Min(), overall);
        _length = values.Max() - _low is var length and > 0 ? length : 1;
    }

    public XElement Draw(string title, QualityEstimate estimate)
    {
        var mark = new List<XElement>();
        if (double.IsFinite(_overall))
        {
            mark.Add(Svg.Element("path", ("class", "overall"), ("d", $"M{X(_overall)} 1V{Svg.Number(Height - 1)}")));
        }

        if (double.IsFinite(estimate.Low) && double.IsFinite(estimate.High))
        {
            mark.Add(Svg.Element("path", ("class", "line r0"), ("d", $"M{X(estimate.Low)} {Svg.Number(Height / 2)}H{X(estimate.High)}")));
        }

        if (double.IsFinite(estimate.Value))
        {
            mark.Add(Svg.Element("circle", ("class", "dot r0"), ("cx", X(estimate.Value)), ("cy", Svg.Number(Height / 2)), ("r", "4")));
        }

        return Svg.Root(title, Width, Height, mark);
    }

    private string X(double value) => Svg.Number(Margin + ((Width - (2 * Margin)) * (value - _low) / _length));
}
