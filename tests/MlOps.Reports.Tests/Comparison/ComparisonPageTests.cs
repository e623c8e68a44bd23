using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MlOps.Tracking;

namespace MlOps.Reports;

public sealed class ComparisonPageTests
{
    [Test]
    public void The_page_has_curves_and_needs_nothing_from_elsewhere()
    {
        var html = new RunComparison([TestRuns.Create("1"), TestRuns.Create("2")], [TestRuns.History("loss", [0, 1, 2], [[1, 0.5, 0.25], [1, null,
            0.5]])]).ToHtml();
        var page = XDocument.Parse(html);

        Assert.That(Paths(page, "line").Select(static path => path.Count(static letter => letter == 'L')), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(page.Descendants().Select(static element => element.Name.LocalName), Has.None.AnyOf("script", "link", "img", "iframe", "object"));
        Assert.That(html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), Does.Not.Contain("://").And.Contain("default-src 'none'"));
    }

    [Test]
    public void The_page_reads_the_same_to_a_browser_as_to_a_parser_of_xml()
    {
        var html = new RunComparison([TestRuns.Create("1"), TestRuns.Create("2")], [TestRuns.History("loss", [0, 1], [[1, 0.5], [1, 2]])]).ToHtml();

        // A browser interprets <div/> as an unclosed element, and does not unescape style sheets.
        var closed = Regex.Matches(html, "<([a-z0-9]+)[^<>]*/>").Select(static match => match.Groups[1].Value).Distinct();
        Assert.That(closed, Is.SubsetOf(new[] { "meta", "path", "line" }));
        Assert.That(XDocument.Parse(html).Descendants("style").Single().Value, Does.Not.Match("[<>&]"));
    }

    [Test]
    public void Runs_are_rows_with_parameters_that_differ_then_metrics_of_training_and_system_metrics_apart()
    {
        var page = Write(
            TestRuns.Create("1", new() { ["lr"] = "0.1", ["trees"] = "5" }, new()
            {
                ["zeta"] = 1,
                ["alpha"] = 0.123456,
                ["system/cpu"] = 1,
                ["workflow/train/seconds"] = 3
            }),
            TestRuns.Create("2", new() { ["lr"] = "0.2", ["trees"] = "5" }, new() { ["zeta"] = 2 }));

        var tables = page.Descendants("table").ToArray();
        Assert.That(Rows(tables[0])[^3..], Is.EqualTo(new[]
        {
            "Run|lr|alpha|zeta|workflow/train/seconds|Duration",
            "run 1 (1)|0.1|0.1235|1|3|3 min 12 s",
            "run 2 (2)|0.2|none|2|none|3 min 12 s",
        }));
        Assert.That(Rows(tables.Single(static table => Rows(table)[0] == "Run|system/cpu"))[1..], Is.EqualTo(new[] { "run 1 (1)|1", "run 2 (2)|none" }));
        Assert.That(Rows(tables[^1]), Has.One.EqualTo("parameter|trees|5"));
    }

    [Test]
    public void The_best_value_of_a_metric_with_a_direction_is_marked()
    {
        var (first, second) = (new Dictionary<string, double> { ["loss"] = 0.5, ["auc"] = 0.8, ["speed"] = 1 }, new Dictionary<string,
            double>
        { ["loss"] = double.NaN, ["auc"] = 0.9, ["speed"] = 2 });

        Assert.That(Best(Write(TestRuns.Create("1", metrics: first), TestRuns.Create("2", metrics: second))), Is.EqualTo(new[] { "0.5", "0.9" }));
        Assert.That(Best(Write(TestRuns.Create("1", metrics: first), TestRuns.Create("2"))), Is.Empty, "One value is not the best of several.");
        Assert.That(Best(Write(TestRuns.Create("1", metrics: first), TestRuns.Create("2", metrics: first))), Is.Empty, "Equal values are not better.");
        var given = new RunComparison([TestRuns.Create("1", metrics: first), TestRuns.Create("2", metrics: second)], [], new Dictionary<string, MetricDirection>
        {
            ["speed"] = MetricDirection.Minimize,
            ["auc"] = MetricDirection.Minimize,
        });
        Assert.That(Best(XDocument.Parse(given.ToHtml())), Is.EqualTo(new[] { "0.8", "0.5", "1" }));

        static IEnumerable<string> Best(XDocument page) =>
            page.Descendants("td").Where(static cell => (string?)cell.Attribute("class") == "number best").Select(static cell => cell.Value);
    }

    [Test]
    public void A_direction_for_a_metric_that_no_run_has_is_reported()
    {
        var directions = new Dictionary<string, MetricDirection> { ["los"] = MetricDirection.Minimize, ["loss"] = MetricDirection.Minimize };

        var page = XDocument.Parse(new RunComparison([TestRuns.Create("1", metrics: new() { ["loss{fold=1}"] = 1 })], [], directions).ToHtml());

        var notes = page.Descendants("p").Select(static note => note.Value).Where(static note => note.Contains("received", StringComparison.Ordinal));
        Assert.That(notes, Is.EqualTo(
            new[] { "CompareAsync received a direction for the metric 'los', but no run has this metric." }));
    }

    [Test]
    public void The_best_value_of_a_run_is_shown_with_its_step_if_it_is_not_the_last()
    {
        var summary = new MetricSummary { Last = 0.5, LastStep = 9, Minimum = 0.25, MinimumStep = 4, Maximum = 1, MaximumStep = 0 };
        var run = new Run(
            "churn",
            "1",
            new RunState().WithMetrics(ImmutableSortedDictionary<string, MetricSummary>.Empty.Add("loss", summary).Add("speed", summary)));

        Assert.That(Write(run).Descendants("small").Select(static small => small.Value), Is.EqualTo(new[] { "best 0.25 at step 4" }));
    }

    [Test]
    public void Of_twenty_runs_eight_have_colors_and_the_best_one_is_among_them()
    {
        var runs = Enumerable.Range(1, 20)
            .Select(static index => TestRuns.Create($"{index:d2}", metrics: new() { ["loss"] = index == 13 ? 0.1 : index })).ToArray();
        var history = TestRuns.History("loss", [0, 1], [.. runs.Select(static _ => new double?[] { 1, 2 })]);

        var page = XDocument.Parse(new RunComparison(runs, [history]).ToHtml());

        var lines = page.Descendants("figure").Descendants().Where(static element => element.Name.LocalName == "path")
            .Select(static path => (Class: (string)path.Attribute("class")!, Run: path.Value)).ToArray();
        Assert.That(lines, Has.Length.EqualTo(20));
        Assert.That(lines.Take(12).Select(static line => line.Class), Has.All.EqualTo("line rest"));
        Assert.That(
            lines.Skip(12).Select(static line => line.Run),
            Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6, 7, 13 }.Select(static index => $"run {index:d2} ({index:d2})")));
        Assert.That(lines.Skip(12).Select(static line => line.Class), Is.EqualTo(Enumerable.Range(0, 8).Select(static color => $"line r{color}")));
    }

    [Test]
    public void Values_that_are_not_numbers_are_marked()
    {
        var history = TestRuns.History("loss", [0, 1, 2, 3], [[1, double.NaN, double.NaN, double.PositiveInfinity], [1, 1, 1, 1]]);

        var page = XDocument.Parse(new RunComparison([TestRuns.Create("1", metrics: new() { ["loss"] = double.NaN }), TestRuns.Create("2")],
            [history]).ToHtml());

        Assert.That(Paths(page, "gap").Count(), Is.EqualTo(1), "A mark where the values cease to be numbers.");
        Assert.That(page.Descendants("figure").Single().Value, Does.Contain("× NaN or infinite: run 1 (1) at step 1"));
        Assert.That(page.Descendants("td").Single(static cell => (string?)cell.Attribute("class") == "number bad").Value, Is.EqualTo("NaN"));
    }

    [TestCase(0.01, 1, true)]
    [TestCase(0.02, 1, false)]
    [TestCase(0, 100, false)]
    [TestCase(-1, 100, false)]
    public void Positive_values_that_span_decades_have_a_logarithmic_scale(double least, double greatest, bool isLogarithmic)
    {
        var page = XDocument.Parse(new RunComparison([TestRuns.Create("1")], [TestRuns.History("loss", [0, 1], [[greatest, least]])]).ToHtml());

        Assert.That(page.Descendants("figcaption").Single().Value.Contains("log scale", StringComparison.Ordinal), Is.EqualTo(isLogarithmic));
    }

    [Test]
    public void Thinning_is_stated_below_the_chart_and_its_band_shows_the_extremes()
    {
        var history = TestRuns.History("loss", [31, 63], [[1, 2]], shift: 5);

        var page = XDocument.Parse(new RunComparison([TestRuns.Create("1")], [history]).ToHtml());

        Assert.That(page.Descendants("figure").Single().Value, Does.Contain("each point is the last value of 32 steps"));
        Assert.That(Paths(page, "band").Count(), Is.EqualTo(1));
    }

    [Test]
    public void Long_texts_are_truncated_around_their_difference()
    {
        var prefix = new string('x', 60_000);

        var html = new RunComparison([TestRuns.Create("1", new() { ["prompt"] = prefix + " one" }), TestRuns.Create("2",
            new() { ["prompt"] = prefix + " two" })], []).ToHtml();

        var cells = XDocument.Parse(html).Descendants("td").Select(static cell => cell.Value).ToArray();
        Assert.That(cells, Has.One.EndsWith("xxx one").And.One.EndsWith("xxx two"));
        Assert.That(cells.Max(static cell => cell.Length), Is.LessThan(100));
        Assert.That(html, Has.Length.LessThan(20_000));
    }

    [Test]
    public void The_page_of_one_run_shows_its_parameters()
    {
        var page = Write(TestRuns.Create("1", new() { ["lr"] = "0.1" }, new() { ["loss"] = 0.5 }));

        Assert.That(page.Descendants("h1").Single().Value, Is.EqualTo("run 1 (1)"));
        Assert.That(page.Descendants("details").Single().Attribute("open"), Is.Not.Null);
        Assert.That(Rows(page.Descendants("table").Last()), Has.One.EqualTo("parameter|lr|0.1"));
    }

    private static XDocument Write(params Run[] runs) => XDocument.Parse(new RunComparison(runs, []).ToHtml());

    private static IEnumerable<string> Paths(XDocument page, string kind) => page.Descendants("figure").Descendants()
        .Where(element => ((string?)element.Attribute("class"))?.StartsWith(kind + " ", StringComparison.Ordinal) == true)
            .Select(static path => (string)path.Attribute("d")!);

    private static string[] Rows(XElement table) => [.. table.Descendants("tr").Select(static row => string.Join('|', row.Elements()
        .Select(static cell => cell.Value.Replace(" ↓", "", StringComparison.Ordinal))))];
}
