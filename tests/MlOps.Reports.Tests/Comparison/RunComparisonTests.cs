using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MlOps.Tracking;
using Sylvan.Data.Csv;

namespace MlOps.Reports;

public sealed class RunComparisonTests
{
    [Test]
    public void Differences_and_common_values_are_distinguished()
    {
        var comparison = Compare(
            NewRun("1", parameters: new() { ["lr"] = "0.1", ["trees"] = "10" }, metrics: new() { ["auc"] = 0.9, ["loss"] = double.NaN }),
            NewRun("2", parameters: new() { ["lr"] = "0.2", ["trees"] = "10", ["extra"] = "x" }, metrics: new() { ["auc"] = 0.9, ["loss"] = double.NaN }));

        Assert.That(Names(comparison.Parameters, differs: true), Is.EqualTo(new[] { "extra", "lr" }));
        Assert.That(Names(comparison.Parameters, differs: false), Is.EqualTo(new[] { "trees" }));
        Assert.That(comparison.Parameters[0].Values, Is.EqualTo(new[] { null, "x" }));
        Assert.That(Names(comparison.Metrics, differs: false), Is.EqualTo(new[] { "auc", "loss" }));
    }

    [Test]
    public void A_run_without_a_metric_has_none_rather_than_zero()
    {
        var comparison = Compare(NewRun("1", metrics: new() { ["auc"] = 0 }), NewRun("2"));

        Assert.That(comparison.Metrics.Single().Values, Is.EqualTo(new double?[] { 0, null }));
        Assert.That(comparison.Metrics.Single().Differs);
    }

    [Test]
    public void Data_is_compared_by_version_or_digest_for_each_use()
    {
        var comparison = Compare(
            NewRun("1", datasets: [new RunDataset { Name = "flights", Version = 1, Context = "training" }, new RunDataset { Name = "other", Digest = "abc" }]),
            NewRun("2", datasets: [new RunDataset { Name = "flights", Version = 2, Context = "training" }, new RunDataset { Name = "other", Digest = "abc" }]));

        Assert.That(Names(comparison.Datasets, differs: true), Is.EqualTo(new[] { "flights (training)" }));
        Assert.That(comparison.Datasets[0].Values, Is.EqualTo(new[] { "version 1", "version 2" }));
        Assert.That(Names(comparison.Datasets, differs: false), Is.EqualTo(new[] { "other" }));
    }

    [Test]
    public void Csv_has_a_column_for_each_run()
    {
        var rows = ReadCsv(Compare(NewRun("1", parameters: new() { ["lr"] = "0.1" }), NewRun("2", parameters: new() { ["lr"] = "0.2" })).ToCsv());

        Assert.That(rows[0], Is.EqualTo(new[] { "kind", "name", "differs", "run 1 (1)", "run 2 (2)" }));
        Assert.That(rows, Has.Some.EqualTo(new[] { "parameter", "lr", "yes", "0.1", "0.2" }));
        Assert.That(rows, Has.Some.EqualTo(new[] { "attribute", "status", "no", "finished", "finished" }));
    }

    [Test]
    public void Csv_of_histories_has_a_row_for_each_step()
    {
        var history = History("loss", [0, 1], [[0.5, null], [0.25, double.PositiveInfinity]]);

        var rows = ReadCsv(new RunComparison([NewRun("1"), NewRun("2")], [history]).ToHistoryCsv());

        Assert.That(rows[1..], Is.EqualTo(new[] { new[] { "loss", "0", "1", "0.5", "0.25" }, ["loss", "1", "1", "", "Infinity"] }));
    }

    [Test]
    public void Json_has_everything()
    {
        var run = NewRun("1", parameters: new() { ["lr"] = "0.1" }, metrics: new() { ["loss"] = double.NaN });
        var history = History("loss", [3], [[0.5]]);

        var json = JsonNode.Parse(new RunComparison([run], [history]).ToJson())!;

        Assert.That((string?)json["runs"]![0]!["id"], Is.EqualTo("1"));
        Assert.That((string?)json["parameters"]![0]!["values"]![0], Is.EqualTo("0.1"));
        Assert.That((bool)json["parameters"]![0]!["differs"]!, Is.False);
        Assert.That((string?)json["metrics"]![0]!["values"]![0], Is.EqualTo("NaN"));
        Assert.That((long)json["histories"]![0]!["steps"]![0]!, Is.EqualTo(3));
        Assert.That(((bool)json["histories"]![0]!["isThinned"]!, json["histories"]![0]!["maximums"]), Is.EqualTo((false, (JsonNode?)null)));
    }

    [Test]
    public void Csv_and_json_mark_thinned_histories()
    {
        var comparison = new RunComparison([NewRun("1"), NewRun("2")], [TestRuns.History("loss", [31, 63], [[0.5, 0.25], [null, 1]], shift: 5)]);

        var history = JsonNode.Parse(comparison.ToJson())!["histories"]![0]!;
        Assert.That(((bool)history["isThinned"]!, (long)history["stepsPerRow"]!, (long)history["pointCounts"]![0]!), Is.EqualTo((true, 32, 2)));
        Assert.That(((double)history["maximums"]![0]![1]!, history["minimums"]![1]![0]), Is.EqualTo((0.25, (JsonNode?)null)));
        Assert.That(ReadCsv(comparison.ToHistoryCsv()), Is.EqualTo(new[]
        {
            new[] { "metric", "step", "steps_per_row", "run 1 (1)", "run 2 (2)" },
            ["loss", "31", "32", "0.5", ""],
            ["loss", "63", "32", "0.25", "1"],
        }));
    }

    [Test]
    public void Metrics_of_training_come_before_those_of_workflows_and_the_system()
    {
        var comparison = new RunComparison(
            [NewRun("1", metrics: new() { ["system/cpu"] = 1, ["workflow/a/seconds"] = 1, ["zeta"] = 1, ["alpha"] = 1 })],
            [History("system/cpu", [0], [[1]]), History("zeta", [0], [[1]])]);

        Assert.That(comparison.Metrics.Select(static metric => metric.Name), Is.EqualTo(new[] { "alpha", "zeta", "workflow/a/seconds", "system/cpu" }));
        Assert.That(comparison.Histories.Select(static history => history.Metric), Is.EqualTo(new[] { "zeta", "system/cpu" }));
    }

    [Test]
    public void Headings_have_the_shortest_ends_of_identifiers_that_differ()
    {
        var end = new string('a', 10);

        Assert.That(
            Compare(NewRun($"{end}123456"), NewRun($"{end}123457")).Headings,
            Is.EqualTo(new[] { $"run {end}123456 (123456)", $"run {end}123457 (123457)" }));
        Assert.That(
            Compare(NewRun($"{end}90123456"), NewRun($"{end}80123456")).Headings.Select(static heading => heading[^10..]),
            Is.EqualTo(new[] { "(90123456)", "(80123456)" }));
    }

    [Test]
    public void Markdown_shows_differences_first()
    {
        var markdown = Compare(NewRun("1", parameters: new() { ["lr"] = "0.1", ["n"] = "5" }), NewRun("2", parameters: new()
        {
            ["lr"] = "0.2",
            ["n"] = "5"
        })).ToMarkdown();

        Assert.That(markdown, Does.Contain("## Differences\n\n| Parameter | run 1 (1) | run 2 (2) |\n|---|---|---|\n| lr | 0.1 | 0.2 |\n"));
        Assert.That(markdown, Does.Contain("| Parameter | All runs |\n|---|---|\n| n | 5 |\n"));
    }

    [TestCaseSource(typeof(HostileText), nameof(HostileText.All))]
    public void Hostile_texts_are_escaped(string text)
    {
        var hostile = ImmutableSortedDictionary<string, string>.Empty.Add(text, text);
        var state = new RunState
        {
            Name = text,
            Actor = text,
            Status = RunStatus.Finished,
            GitCommit = text,
            Parameters = hostile,
            Tags = hostile,
            Metrics = ImmutableSortedDictionary<string, double>.Empty.Add(text, 1),
            Datasets = [new RunDataset { Name = text, Digest = text, Context = text }],
        };
        var run = new Run(text, "1", state);
        var comparison = new RunComparison([run, NewRun("2")], [History(text, [0, 1], [[1, 2], [1, 2]])]);

        var elements = XDocument.Parse(comparison.ToHtml()).Descendants().ToArray();
        Assert.That(elements.Select(static element => element.Name.LocalName), Has.None.AnyOf("script", "img", "b", "a"));
        Assert.That(elements.Attributes().Select(static attribute => attribute.Name.LocalName), Has.None.StartsWith("on"));
        foreach (var csv in new[] { comparison.ToCsv(), comparison.ToHistoryCsv() })
        {
            Assert.That(ReadCsv(csv).SelectMany(static row => row), Has.None.Match("^[=+@\\t\\r\\n-]"));
        }

        Assert.That(comparison.ToMarkdown().Split('\n'), Has.All.Matches<string>(static line => line is "" or ['|' or '#', ..]));
        Assert.That(comparison.ToMarkdown(), Does.Not.Contain("<").And.Not.Contain("![i]") | Does.Not.Match("(?<!\\\\)[<`]"));
        Assert.That(() => JsonNode.Parse(comparison.ToJson()), Throws.Nothing);
    }

    private static RunComparison Compare(params Run[] runs) => new(runs, []);

    private static MetricHistory History(string metric, long[] steps, double?[][] values) => TestRuns.History(metric, steps, values);

    private static IEnumerable<string> Names<T>(IEnumerable<ComparedValues<T>> rows, bool differs) =>
        rows.Where(row => row.Differs == differs).Select(static row => row.Name);

    private static Run NewRun(
        string id, Dictionary<string, string>? parameters = null, Dictionary<string, double>? metrics = null, IReadOnlyList<RunDataset>? datasets = null) =>
        TestRuns.Create(id, parameters, metrics, datasets);

    private static string[][] ReadCsv(string text)
    {
        using var reader = CsvDataReader.Create(new StringReader(text), new CsvDataReaderOptions { HasHeaders = false, Delimiter = ',' });
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)]);
        }

        return [.. rows];
    }
}
