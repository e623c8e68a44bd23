using System.Globalization;
using MlOps.Metrics;

namespace MlOps.Testing;

/// <summary>The contract of <see cref="IMetricsSink"/> as tests. A sink's author derives a sealed fixture, named for the sink, and passes them all.</summary>
/// <remarks>Each test makes one sink, calls it one call at a time, disposes it, and then reads back. Tests of one fixture run one after another: do not mark it parallelizable in itself.</remarks>
public abstract class MetricsSinkConformance
{
    private const int LargeBatch = 100_000;
    private const int ManyBatches = 200;
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 8, 30, 0, 250, TimeSpan.Zero);
    private static readonly MetricSeries s_loss = new("train/loss", "nats");

    /// <summary>Gets a value indicating whether the sink takes steps where they can be read back.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsSteps => true;

    /// <summary>Gets a value indicating whether the sink takes times where they can be read back, to the millisecond.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsTimes => true;

    /// <summary>Gets a value indicating whether the sink takes every point, and not just the last of each series in a call.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsEveryPoint => true;

    /// <summary>Makes a sink that goes to a place where nothing is.</summary>
    /// <returns>The sink; the fixture disposes it.</returns>
    protected abstract IMetricsSink CreateSink();

    /// <summary>Reads what the sink that was made last has taken, after it was disposed.</summary>
    /// <returns>The points; those of each series in the order in which they were taken.</returns>
    protected abstract Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync();

    /// <summary>Lets the next call of a sink fail after as much of its work as possible, such as after a server has taken the points and before it has said so.</summary>
    /// <param name="sink">The sink that was made last.</param>
    /// <returns>Whether that is possible. The default is <see langword="false"/>.</returns>
    protected virtual bool TryBreakNextCall(IMetricsSink sink) => false;

    [Test]
    public Task One_point_arrives() => AssertArriveAsync([new MetricDataPoint(s_loss, 0.25, s_start, 7)]);

    [Test]
    public Task Point_without_unit_tags_and_step_arrives() => AssertArriveAsync([new MetricDataPoint(new MetricSeries("auc"), 1, s_start)]);

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    [TestCase(double.MaxValue)]
    [TestCase(double.MinValue)]
    [TestCase(double.Epsilon)]
    [TestCase(0.1 + 0.2)]
    [TestCase(-0.0)]
    public Task Value_arrives_as_it_is(double value) => AssertArriveAsync([new MetricDataPoint(s_loss, value, s_start, 1)]);

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue + 1)]
    public Task Step_arrives_as_it_is(long step) => AssertArriveAsync([new MetricDataPoint(s_loss, 1, s_start, step)]);

    [TestCase("größe")]
    [TestCase("日本語 🚀")]
    [TestCase("quoted \"and\" \\ back, comma; {brace} = #")]
    [TestCase("line\nbreak\ttab")]
    [TestCase("")]
    public Task Tag_value_arrives_as_it_is(string value) =>
        AssertArriveAsync([new MetricDataPoint(new MetricSeries("rows", "{row}", new Dictionary<string, string> { ["split"] = value, ["größe"] = "1" }), 1, s_start)]);

    [Test]
    public Task Series_that_differ_in_tags_only_are_told_apart() => AssertArriveAsync(
    [
        .. Enumerable.Range(0, 10).Select(static number => new MetricDataPoint(
            new MetricSeries("loss", "nats", new Dictionary<string, string> { ["fold"] = (number % 3).ToString(CultureInfo.InvariantCulture) }), number, s_start, number)),
    ]);

    [Test]
    public Task Points_of_a_series_stay_in_order() =>
        AssertArriveAsync([.. Enumerable.Range(0, 1_000).Select(static number => new MetricDataPoint(s_loss, 1_000 - number, s_start.AddMilliseconds(-number), 3 * (number % 7)))]);

    [Test]
    public Task Large_batch_arrives() => AssertArriveAsync([.. Enumerable.Range(0, LargeBatch).Select(static number => new MetricDataPoint(s_loss, number, s_start.AddMilliseconds(number), number))]);

    [Test]
    public Task Many_batches_arrive_in_order() =>
        AssertArriveAsync([.. Enumerable.Range(0, ManyBatches).Select(static number => new[] { new MetricDataPoint(s_loss, number, s_start.AddSeconds(number), number) })]);

    [Test]
    public async Task Batch_is_the_callers_again_when_the_call_returns()
    {
        var sink = CreateSink();
        var batch = new[] { new MetricDataPoint(s_loss, 1, s_start, 1) };

        await sink.WriteAsync(batch);
        batch[0] = new MetricDataPoint(new MetricSeries("other"), 2, s_start, 2);
        await DisposeAsync(sink);

        await AssertReadBackAsync([[new MetricDataPoint(s_loss, 1, s_start, 1)]]);
    }

    [Test]
    public async Task Call_that_is_cancelled_beforehand_leaves_nothing()
    {
        var sink = CreateSink();
        var batch = new[] { new MetricDataPoint(s_loss, 1, s_start, 1) };

        await Assert.ThatAsync(() => sink.WriteAsync(batch, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await sink.WriteAsync(batch);
        await DisposeAsync(sink);

        await AssertReadBackAsync([batch]);
    }

    [Test]
    public async Task Call_that_failed_and_is_repeated_writes_once()
    {
        var sink = CreateSink();
        var first = new[] { new MetricDataPoint(s_loss, 1, s_start, 1), new MetricDataPoint(s_loss, 2, s_start, 2) };
        var second = new[] { new MetricDataPoint(s_loss, 3, s_start, 3) };
        if (!TryBreakNextCall(sink))
        {
            Assert.Ignore($"{sink.GetType().Name} has no call that fails halfway.");
        }

        await Assert.ThatAsync(() => sink.WriteAsync(first), Throws.Exception);
        await sink.WriteAsync(first);
        await sink.WriteAsync(second);
        await DisposeAsync(sink);

        await AssertReadBackAsync([first, second]);
    }

    [Test]
    public async Task Sink_that_was_never_called_can_be_disposed()
    {
        var sink = CreateSink();

        await DisposeAsync(sink);
        await DisposeAsync(sink);

        await AssertReadBackAsync([]);
    }

    private static async Task DisposeAsync(IMetricsSink sink)
    {
        if (sink is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else
        {
            (sink as IDisposable)?.Dispose();
        }
    }

    private static string NameOf(MetricDataPoint point) =>
        $"{point.Series.Name} [{point.Series.Unit}] {string.Join(", ", point.Series.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal))}";

    private async Task AssertArriveAsync(params MetricDataPoint[][] batches)
    {
        var sink = CreateSink();
        foreach (var batch in batches)
        {
            await sink.WriteAsync(batch);
        }

        await DisposeAsync(sink);
        await AssertReadBackAsync(batches);
    }

    private async Task AssertReadBackAsync(MetricDataPoint[][] batches)
    {
        var expected = batches.SelectMany(batch => KeepsEveryPoint ? batch : batch.GroupBy(NameOf, static (_, points) => points.Last()));

        Assert.That(Describe(await ReadBackAsync()), Is.EqualTo(Describe(expected)));
    }

    /// <summary>Writes points series by series, as far as the sink keeps them.</summary>
    private List<string> Describe(IEnumerable<MetricDataPoint> points) =>
    [
        .. points.GroupBy(NameOf).OrderBy(static series => series.Key, StringComparer.Ordinal).SelectMany(static series => series).Select(point => string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(point)}: {point.Value:R}{(KeepsSteps ? $" step {point.Step}" : "")}{(KeepsTimes ? $" at {point.Timestamp.ToUnixTimeMilliseconds()}" : "")}")),
    ];
}
