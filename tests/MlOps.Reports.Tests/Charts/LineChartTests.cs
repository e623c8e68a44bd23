using System.Globalization;
using System.Xml.Linq;

namespace MlOps.Reports;

public sealed class LineChartTests
{
    [Test]
    public void A_line_goes_through_its_points_from_corner_to_corner()
    {
        var svg = Draw(new ChartSeries("loss", [(0, 0), (5, 5), (10, 10)]));

        Assert.That(PathOf(svg), Is.EqualTo("M72 320h0L346 180L620 40"));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    [TestCase(1e301)]
    public void Numbers_that_cannot_be_drawn_are_gaps(double value)
    {
        var svg = Draw(new ChartSeries("loss", [(0, 0), (1, 1), (2, value), (3, 1), (4,
            0)]));

        Assert.That(PathOf(svg).Count(static letter => letter == 'M'), Is.EqualTo(2));
        Assert.That(svg.ToString(), Does.Not.Contain("NaN").And.Not.Contain("∞"));
    }

    [Test]
    public void Points_are_not_joined()
    {
        var svg = Draw(new ChartSeries("rows", [(0, 0), (1, 1)], SeriesStyle.Points));

        Assert.That(PathOf(svg), Does.Not.Contain('L'));
    }

    [Test]
    public void A_million_points_make_a_small_drawing_with_the_peak()
    {
        var points = Enumerable.Range(0, 1_000_000).Select(static index => ((double)index, index == 777_777 ? 100.0 : 0)).ToArray();

        var chart = Chart(new ChartSeries("loss", points)).ToSvg();

        Assert.That(chart, Has.Length.LessThan(40_000));
        Assert.That(PathOf(XDocument.Parse(chart)), Does.Contain(" 40L"));
    }

    [Test]
    public void A_chart_without_points_is_a_chart() => Assert.That(PathOf(Draw(new ChartSeries("loss", []))), Is.Empty);

    [Test]
    public void Several_series_have_a_legend()
    {
        var svg = Draw([.. Enumerable.Range(1, 20).Select(static index => new ChartSeries($"run {index}", [(index, index)]))]);

        var looks = svg.Descendants().Where(static element => element.Name.LocalName == "path")
            .Select(static path => $"{(string?)path.Attribute("stroke")} {(string?)path.Attribute("stroke-dasharray")}");
        Assert.That(looks.Distinct().Count(), Is.EqualTo(20));
        Assert.That(
            svg.Descendants().Where(static element => element.Name.LocalName == "text").Select(static text => text.Value),
            Is.SupersetOf(new[] { "run 1", "run 20" }));
    }

    [Test]
    public void It_has_rules_for_dark_backgrounds_which_touch_nothing_else_on_a_page()
    {
        var style = Draw(new ChartSeries("loss", [])).Descendants().Single(static element => element.Name.LocalName == "style").Value;

        Assert.That(style, Does.Contain("prefers-color-scheme:dark"));
        Assert.That(style.Split('}').Where(static rule => rule.Contains('{')).Select(static rule => rule.Split('{')[^2]), Has.All.StartsWith(".mlops-chart"));
    }

    [TestCaseSource(typeof(HostileText), nameof(HostileText.All))]
    public void Hostile_texts_are_escaped(string text)
    {
        var chart = new LineChart { Title = text, XLabel = text, YLabel = text, Series = [new ChartSeries(text, []), new ChartSeries(text, [])] };

        var svg = XDocument.Parse(chart.ToSvg());

        Assert.That(
            svg.Descendants().Select(static element => element.Name.LocalName).Distinct(),
            Is.SubsetOf(new[] { "svg", "title", "style", "rect", "line", "text", "path" }));
        Assert.That(svg.Descendants().Attributes().Select(static attribute => attribute.Name.LocalName), Has.None.StartsWith("on").And.None.EqualTo("href"));
        Assert.That(svg.Root!.Elements().First().Value, Has.Length.EqualTo(text.ReplaceLineEndings("\n").Length));
    }

    [Test]
    public void Numbers_are_written_alike_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

            Assert.That(Chart(new ChartSeries("loss", [(0.5, 0.25), (1, 1)])).ToSvg(), Does.Contain(">0.5<"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static LineChart Chart(params ChartSeries[] series) => new() { Title = "Loss", Series = series };

    private static XDocument Draw(params ChartSeries[] series) => XDocument.Parse(Chart(series).ToSvg());

    private static string PathOf(XDocument svg) => (string)svg.Descendants().First(static element => element.Name.LocalName == "path").Attribute("d")!;
}
