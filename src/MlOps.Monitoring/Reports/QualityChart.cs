using System.Text;
using System.Xml.Linq;
using MlOps.Monitoring.Quality;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Draws a quality metric over time: realised as a line, estimated as a dashed line, each with a band of its 95 % confidence interval.</summary>
internal static class QualityChart
{
    private const double Width = 400;
    private const double Height = 220;
    private const double Left = 52;
    private const double Right = 24;
    private const double Top = 12;
    private const double Bottom = 30;
    private const double Largest = 1e300;
    private const int MostDots = 60;

    public static XElement Draw(MetricTrend metric)
    {
        var values = metric.Points.SelectMany(static point => new[] { point.Realised, point.Estimated }).OfType<QualityEstimate>()
            .SelectMany(static estimate => new[] { estimate.Value, estimate.Low, estimate.High }).Where(IsDrawn);
        var area = new PlotArea(
            Left,
            Top,
            Width - Left - Right,
            Height - Top - Bottom,
            new TimeAxis([.. metric.Points.Select(static point => point.Start)]),
            new LinearAxis(values));
        var description = Svg.Element("desc");
        description.Add(Describe("Realised", metric.Realised?.Realised) + Describe("Estimated", metric.Estimated?.Estimated));
        return Svg.Root(
            $"{metric.Name} over time",
            Width,
            Height,
            [
                description,
                .. area.DrawAxes(),
                .. DrawSeries(metric.Points, static point => point.Estimated, "r1", area),
                .. DrawSeries(metric.Points, static point => point.Realised, "r0", area),
            ]);
    }

    private static string Describe(string heading, QualityEstimate? latest) =>
        latest is { } estimate ? $"{heading}, latest window: {ReportText.Estimate(estimate)}. " : "";

    private static bool IsDrawn(double value) => Math.Abs(value) <= Largest;

    private static IEnumerable<XElement> DrawSeries(
        IReadOnlyList<MetricTrend.Point> points, Func<MetricTrend.Point, QualityEstimate?> valueOf, string kind, PlotArea area)
    {
        var drawn = points.Select(point => (X: area.X(TimeAxis.Convert(point.Start)), Estimate: valueOf(point)))
            .Where(static point => point.Estimate is { } estimate && IsDrawn(estimate.Value))
            .Select(static point => (point.X, Estimate: point.Estimate!.Value)).ToArray();
        if (drawn.Length == 0)
        {
            yield break;
        }

        var bounded = drawn.Where(static point => IsDrawn(point.Estimate.Low) && IsDrawn(point.Estimate.High)).ToArray();
        if (bounded.Length > 1)
        {
            var band = bounded.Select(point => $"{point.X} {area.Y(point.Estimate.High)}")
                .Concat(bounded.Reverse().Select(point => $"{point.X} {area.Y(point.Estimate.Low)}"));
            yield return Svg.Element("path", ("class", $"band {kind}"), ("d", $"M{string.Join('L', band)}Z"));
        }
        else if (bounded.Length == 1)
        {
            var (x, estimate) = bounded[0];
            yield return Svg.Element("path", ("class", $"line {kind}"), ("d", $"M{x} {area.Y(estimate.Low)}V{area.Y(estimate.High)}"));
        }

        var line = new StringBuilder("M").AppendJoin('L', drawn.Select(point => $"{point.X} {area.Y(point.Estimate.Value)}"));
        yield return Svg.Element("path", ("class", $"line {kind}{(kind == "r1" ? " dashed" : "")}"), ("d", line.ToString()));
        foreach (var (x, estimate) in drawn.Length > MostDots ? [] : drawn)
        {
            var dot = Svg.Element("circle", ("class", $"dot {kind}"), ("cx", x), ("cy", area.Y(estimate.Value)), ("r", "3"));
            dot.Add(Svg.Title(ReportText.Estimate(estimate)));
            yield return dot;
        }
    }
}
