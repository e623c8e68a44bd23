using System.Text;
using System.Xml.Linq;
using MlOps.Monitoring.Profiles;
using MlOps.Reports;

namespace MlOps.Monitoring.Reports;

/// <summary>Draws the distributions of a number in the baseline (filled) and in the period (outlined).</summary>
internal static class DistributionChart
{
    private const double Width = 400;
    private const double Height = 204;
    private const double Left = 42;
    private const double Right = 18;
    private const double Top = 26;
    private const double Bottom = 28;
    private const double SmallWidth = 120;
    private const double SmallHeight = 28;

    /// <summary>Draws a chart with axes.</summary>
    public static XElement Draw(string name, NumberHistogram histogram, FeatureProfile? baseline, FeatureProfile? current)
    {
        var area = new PlotArea(
            Left,
            Top,
            Width - Left - Right,
            Height - Top - Bottom,
            new LinearAxis([histogram.Low, histogram.High]),
            new LinearAxis([0, .. histogram.Baseline.Concat(histogram.Current).Select(static share => share * 100)]));
        return Svg.Root(
            $"Distribution of {name}",
            Width,
            Height,
            [
                Svg.Element("desc", []).With($"{Describe("Baseline", baseline)} {Describe("Now", current)}"),
                Svg.Text(4, 13, "% of values", "start"),
                .. area.DrawAxes(),
                .. DrawBoth(histogram, area),
            ]);
    }

    /// <summary>Draws a small chart without axes, for a table.</summary>
    public static XElement DrawSmall(string name, NumberHistogram histogram)
    {
        var highest = histogram.Baseline.Concat(histogram.Current).Max() * 100;
        var area = new PlotArea(1, 2, SmallWidth - 2, SmallHeight - 3, new Span(histogram.Low, histogram.High), new Span(0, highest));
        return Svg.Root($"Distribution of {name}", SmallWidth, SmallHeight, DrawBoth(histogram, area));
    }

    /// <summary>Describes a distribution in words.</summary>
    public static string Describe(string heading, FeatureProfile? profile) => profile is not { Values: > 0 }
        ? $"{heading}: no values."
        : $"{heading}: {ReportText.Count(profile.Values, "value", "values")}, mean {ReportText.Number(profile.Mean)}, "
          + $"minimum {ReportText.Number(profile.Min)}, maximum {ReportText.Number(profile.Max)}.";

    private static IEnumerable<XElement> DrawBoth(NumberHistogram histogram, PlotArea area)
    {
        if (histogram.Baseline.Length > 0)
        {
            yield return Svg.Element("path", ("class", "before"), ("d", Outline(histogram, histogram.Baseline, area) + "Z"));
        }

        if (histogram.Current.Length > 0)
        {
            yield return Svg.Element("path", ("class", "after"), ("d", Outline(histogram, histogram.Current, area)));
        }
    }

    /// <summary>Draws steps from the lower left corner to the lower right corner.</summary>
    private static string Outline(NumberHistogram histogram, double[] shares, PlotArea area)
    {
        var path = new StringBuilder($"M{area.X(histogram.Low)} {area.Y(0)}");
        for (var bin = 0; bin < shares.Length; bin++)
        {
            var share = (bin + 1.0) / shares.Length;
            path.Append('V').Append(area.Y(shares[bin] * 100)).Append('H').Append(area.X((histogram.Low * (1 - share)) + (histogram.High * share)));
        }

        return path.Append('V').Append(area.Y(0)).ToString();
    }

    private static XElement With(this XElement element, string text)
    {
        element.Add(Svg.Clean(text));
        return element;
    }

    /// <summary>An axis without ticks between two values.</summary>
    private sealed class Span(double low, double high) : ChartAxis
    {
        public override IEnumerable<(double Value, string Label)> Ticks => [];

        public override double Place(double value) => (value - low) / (high - low);
    }
}
