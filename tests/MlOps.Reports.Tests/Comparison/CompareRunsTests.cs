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
        Assert.That(comparison.Parameters.Where(static row => row.Differs).Select(static row => (row.Name, row.Values[0], row.Values[1])), Is.EqualTo(new[] { ("lr", "0.2", "0.1") }));
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

        Assert.That(comparison.Histories.Single().Steps, Has.Count.LessThanOrEqualTo(500));
        Assert.That(comparison.Histories.Single().Steps, Is.SupersetOf(new long[] { 0, 555_555, 999_999 }));
        Assert.That(comparison.ToHtml(), Has.Length.LessThan(60_000));
        Assert.That(() => XDocument.Parse(comparison.ToHtml()), Throws.Nothing);
    }

    [Test]
    public async Task A_run_that_is_not_there_is_named() =>
        await Assert.ThatAsync(() => Tracker.CompareAsync([new string('0', 32)]), Throws.InstanceOf<RunNotFoundException>().With.Message.Contains(new string('0', 32)));

    [Test]
    public async Task Too_many_runs_or_none_are_refused_before_any_is_read()
    {
        await Assert.ThatAsync(() => Tracker.CompareAsync([]), Throws.ArgumentException.With.Message.Contains("1 to 100"));
        await Assert.ThatAsync(() => Tracker.CompareAsync(Enumerable.Range(0, 101).Select(static index => $"{index:x32}")), Throws.ArgumentException.With.Message.Contains("101"));
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
