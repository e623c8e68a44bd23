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
    public async Task A_long_history_is_bounded_and_keeps_its_ends_and_peaks()
    {
        var alignment = new HistoryAlignment(50);
        await alignment.AddRunAsync(Points("loss", [.. Enumerable.Range(0, 10_000).Select(static step => ((long?)step, step == 1234 ? 99.0 : step % 7))]));

        var history = alignment.ToHistories().Single();

        Assert.That(history.Steps, Has.Count.LessThanOrEqualTo(50));
        Assert.That(history.Steps, Is.SupersetOf(new long[] { 0, 1234, 9999 }));
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
