using System.Xml.Linq;
using MlOps.Tracking;

namespace MlOps.Reports;

public sealed class CompareRunsTests : ReportsFixture
{
    [Test]
    public async Task Recorded_runs_are_compared_with_their_histories()
    {
        var slow = await RecordAsync("slow", static run => Log(run, 1.0), new Dictionary<string, string> { ["lr"] = "0.1", ["trees"] = "5" });
        var fast = await RecordAsync("fast", static run => Log(run, 0.5), new Dictionary<string, string> { ["lr"] = "0.2", ["trees"] = "5" });

        var comparison = await Tracker.CompareAsync([fast.Id, slow.Id, fast.Id]);

        Assert.That(comparison.Runs.Select(static run => run.Name), Is.EqualTo(new[] { "fast", "slow" }));
        Assert.That(
            comparison.Parameters.Where(static row => row.Differs).Select(static row => (row.Name, row.Values[0], row.Values[1])),
            Is.EqualTo(new[] { ("lr", "0.2", "0.1") }));
        Assert.That(comparison.Metrics.Single(static row => row.Name == "loss").Values, Is.EqualTo(new[] { 0.05, 0.1 }).Within(1e-12));
        var history = comparison.Histories.Single();
        Assert.That(history.Metric, Is.EqualTo("loss"));
        Assert.That(history.Steps, Is.EqualTo(Enumerable.Range(1, 10)));
        Assert.That(history.Values[1][1], Is.EqualTo(0.5));
    }

    [Test]
    public async Task A_million_values_are_compared_in_a_small_page()
    {
        var run = await RecordAsync("long", static run =>
        {
            var loss = run.GetMetric("loss");
            for (var step = 0; step < 1_000_000; step++)
            {
                loss.Record(step == 555_555 ? 1000 : 1.0 / (step + 1), step);
            }
        });

        var comparison = await Tracker.CompareAsync([run.Id]);

        var history = comparison.Histories.Single();
        Assert.That(history.Steps, Has.Count.InRange(250, 500));
        Assert.That((history.Steps[^1], history.Values[0][^1], history.PointCounts[0]), Is.EqualTo((999_999, 1e-6, 1_000_000)));
        Assert.That(history.Buckets[0].Count(static bucket => bucket!.Value.Maximum == 1000), Is.EqualTo(1));
        Assert.That(comparison.ToHtml(), Has.Length.LessThan(60_000));
        Assert.That(() => XDocument.Parse(comparison.ToHtml()), Throws.Nothing);
    }

    [Test]
    public async Task Runs_of_one_name_and_one_minute_have_different_headings()
    {
        var ids = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            ids.Add((await RecordAsync("baseline", static run => Log(run, 1))).Id);
        }

        var comparison = await Tracker.CompareAsync(ids);

        Assert.That(comparison.Headings, Is.Unique.And.All.Match("^baseline \\([0-9a-f]{6}\\)$"));
        Assert.That(comparison.ToCsv().Split("\r\n")[0], Is.EqualTo("kind,name,differs," + string.Join(',', comparison.Headings)));
        Assert.That(comparison.ToHtml(), Does.Contain(comparison.Headings[2]));
    }

    [Test]
    public async Task A_default_name_has_the_end_of_the_identifier_once()
    {
        var run = await RecordAsync(name: null);

        var comparison = await Tracker.CompareAsync([run.Id]);

        Assert.That(comparison.Headings, Is.EqualTo(new[] { run.Name }));
        Assert.That(run.Name, Does.EndWith("-" + run.Id[^6..]));
    }

    [Test]
    public async Task All_values_are_exported_as_csv_with_a_row_for_each()
    {
        var first = await RecordAsync("first", static run =>
        {
            var loss = run.GetMetric("loss");
            for (var step = 0; step < 2500; step++)
            {
                loss.Record(step / 3.0, step);
            }
        });
        var second = await RecordAsync("=second", static run => run.LogMetric("auc", double.NaN));
        using var text = new StringWriter();

        await Tracker.WriteMetricsCsvAsync([first.Id, second.Id, first.Id], text);

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(2502));
        Assert.That(lines[0], Is.EqualTo("run_id,run_name,metric,step,timestamp,value"));
        Assert.That(lines[2500], Does.Match($"^{first.Id},first,loss,2499,20[0-9-]+T[0-9:.]+Z,833$"));
        Assert.That(lines[2501], Does.Match($"^{second.Id},'=second,auc,,20[0-9-]+T[0-9:.]+Z,NaN$"));
    }

    [Test]
    public async Task Nothing_is_exported_if_a_run_does_not_exist()
    {
        var run = await RecordAsync("first", static run => run.LogMetric("auc", 1));
        using var text = new StringWriter();

        await Assert.ThatAsync(() => Tracker.WriteMetricsCsvAsync([run.Id, new string('0', 32)], text), Throws.InstanceOf<RunNotFoundException>());

        Assert.That(text.ToString(), Is.Empty);
    }

    [Test]
    public async Task A_missing_run_is_named() =>
        await Assert.ThatAsync(
            () => Tracker.CompareAsync([new string('0', 32)]),
            Throws.InstanceOf<RunNotFoundException>().With.Message.Contains(new string('0', 32)));

    [Test]
    public async Task Too_many_runs_or_none_are_rejected_before_any_is_read()
    {
        await Assert.ThatAsync(() => Tracker.CompareAsync([]), Throws.ArgumentException.With.Message.Contains("1 to 100"));
        await Assert.ThatAsync(
            () => Tracker.CompareAsync(Enumerable.Range(0, 101).Select(static index => $"{index:x32}")),
            Throws.ArgumentException.With.Message.Contains("101"));
    }

    private static void Log(IRun run, double first)
    {
        run.LogMetric("auc", 0.9);
        for (var epoch = 1; epoch <= 10; epoch++)
        {
            run.LogMetric("loss", first / epoch, epoch);
        }
    }
}
