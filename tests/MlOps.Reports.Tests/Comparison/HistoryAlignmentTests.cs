using MlOps.Metrics;

namespace MlOps.Reports;

public sealed class HistoryAlignmentTests
{
    [Test]
    public async Task Histories_are_side_by_side_by_step()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("loss", (0, 1.0), (2, 0.5), (4, 0.25)));
        await alignment.AddRunAsync(Points("loss", (0, 2.0), (3, 1.5)));

        var history = alignment.ToHistories().Single();

        Assert.That(history.Steps, Is.EqualTo(new[] { 0, 2, 3, 4 }));
        Assert.That(history.Values[0], Is.EqualTo(new double?[] { 1, 0.5, null, 0.25 }));
        Assert.That(history.Values[1], Is.EqualTo(new double?[] { 2, null, 1.5, null }));
    }

    [Test]
    public async Task Values_without_a_step_are_counted_from_zero()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("loss", (null, 1.0), (null, 0.5)));

        Assert.That(alignment.ToHistories().Single().Steps, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task Of_two_values_for_a_step_the_later_counts()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("loss", (0, 1.0), (1, 0.5), (1, 0.75)));

        Assert.That(alignment.ToHistories().Single().Values[0], Is.EqualTo(new double?[] { 1, 0.75 }));
    }

    [Test]
    public async Task A_metric_with_one_value_has_no_history()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("auc", (null, 0.9)));

        Assert.That(alignment.ToHistories(), Is.Empty);
    }

    [Test]
    public async Task Long_histories_have_the_same_rows_and_a_value_of_each_run_in_each()
    {
        var alignment = new HistoryAlignment(500);
        var random = new Random(3);
        for (var run = 0; run < 3; run++)
        {
            await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 10_000).Select(step => ((long?)step, random.NextDouble()))]));
        }

        var history = alignment.ToHistories().Single();

        Assert.That(history.Steps, Has.Count.InRange(250, 500));
        Assert.That(history.Values.SelectMany(static run => run), Has.None.Null);
        Assert.That(history.Steps.Take(2), Is.EqualTo(new[] { 31, 63 }));
        Assert.That(history.Steps[^1], Is.EqualTo(9999));
    }

    [Test]
    public async Task Thinning_is_reported_and_keeps_extremes_and_gaps()
    {
        var alignment = new HistoryAlignment(50);
        await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 10_000)
            .Select(static step => ((long?)step, step switch { 1234 => 99.0, 5000 => double.NaN, _ => step % 7 }))]));

        var history = alignment.ToHistories().Single();

        Assert.That((history.StepsPerRow, history.PointCounts[0]), Is.EqualTo((256, 10_000)));
        Assert.That(history.Buckets[0][1234 / 256]!.Value.Maximum, Is.EqualTo(99));
        Assert.That(history.Buckets[0].Select(static bucket => bucket!.Value.Minimum), Has.All.Zero);
        Assert.That(history.Buckets[0].Select(static bucket => bucket!.Value.Gap).OfType<long>(), Is.EqualTo(new[] { 5000 }));
    }

    [Test]
    public async Task Up_to_the_limit_nothing_is_thinned()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 100).Select(static step => ((long?)(step * 1000), (double)step))]));

        var history = alignment.ToHistories().Single();

        Assert.That(history.StepsPerRow, Is.EqualTo(1));
        Assert.That(history.Values[0], Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task Runs_of_different_lengths_and_intervals_share_their_rows()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 10_000).Select(static step => ((long?)step, (double)step))]));
        await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 50).Select(static index => ((long?)(index * 100), (double)index))]));
        await alignment.AddRunAsync(Points("loss", (-20_000, 5.0), (20_000, 6.0)));

        var history = alignment.ToHistories().Single();

        Assert.That(history.Steps, Has.Count.LessThanOrEqualTo(100).And.Ordered);
        Assert.That(
            history.Values[1].Count(static value => value is not null),
            Is.EqualTo(4900 / history.StepsPerRow + 1),
            "A value in each row up to the last.");
        Assert.That((history.Steps[0], history.Values[2][0]), Is.EqualTo((-20_000, 5.0)));
        Assert.That((history.Steps[^1], history.Values[2][^1]), Is.EqualTo((20_000, 6.0)));
    }

    [Test]
    public async Task Values_that_come_in_any_order_have_the_rows_of_their_steps()
    {
        var ordered = Enumerable.Range(0, 5000).Select(static step => ((long?)step, (double)step)).ToArray();
        var shuffled = ordered.ToArray();
        new Random(7).Shuffle(shuffled);
        var alignment = new HistoryAlignment(64);
        await alignment.AddRunAsync(Points("loss", ordered));
        await alignment.AddRunAsync(Points("loss", shuffled));

        var history = alignment.ToHistories().Single();

        Assert.That(history.Values[1], Is.EqualTo(history.Values[0]));
        Assert.That(history.Buckets[1], Is.EqualTo(history.Buckets[0]));
    }

    [Test]
    public async Task Series_of_one_metric_with_different_tags_are_apart()
    {
        var alignment = new HistoryAlignment(100);
        await alignment.AddRunAsync(Tagged());

        Assert.That(
            alignment.ToHistories().Select(static history => history.Metric),
            Is.EqualTo(new[] { "loss{fold=1,split=test}", "loss{fold=2,split=test}" }));

        static async IAsyncEnumerable<MetricDataPoint> Tagged()
        {
            await Task.CompletedTask;
            foreach (var fold in new[] { "1", "2", "1", "2" })
            {
                yield return new MetricDataPoint(new MetricSeries("loss", tags: new Dictionary<string, string> { ["split"] = "test", ["fold"] = fold }), 1,
                    default);
            }
        }
    }

    private static async IAsyncEnumerable<MetricDataPoint> Points(string name, params (long? Step, double Value)[] points)
    {
        await Task.CompletedTask;
        var series = new MetricSeries(name);
        foreach (var (step, value) in points)
        {
            yield return new MetricDataPoint(series, value, default, step);
        }
    }
}
