using System.Globalization;
using MlOps.Metrics;

namespace MlOps.Testing;

/// <summary>The conformance tests of <see cref="IMetricsSink"/>. Derive a sealed fixture that is named for the sink.</summary>
/// <remarks>
/// Each test creates one sink, writes without concurrency, disposes the sink, and reads the points back. The tests share state, so do not run the tests of a
/// fixture in parallel.
/// </remarks>
/// <example>
/// <code>
/// public sealed class AcmeMetricsSinkTests : MetricsSinkConformance
/// {
///     private readonly AcmeClient _client = new();
///
///     protected override IMetricsSink CreateSink() => new AcmeMetricsSink(_client, stream: Guid.NewGuid());
///
///     protected override Task&lt;IReadOnlyList&lt;MetricDataPoint&gt;&gt; ReadBackAsync() => _client.ReadLastStreamAsync();
/// }
/// </code>
/// </example>
public abstract class MetricsSinkConformance
{
    private const int LargeBatch = 100_000;
    private const int ManyBatches = 200;
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 8, 30, 0, 250, TimeSpan.Zero);
    private static readonly MetricSeries s_loss = new("train/loss", "nats");

    /// <summary>Gets a value indicating whether steps can be read back.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsSteps => true;

    /// <summary>Gets a value indicating whether timestamps can be read back, with a precision of one millisecond.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsTimes => true;

    /// <summary>Gets a value indicating whether the sink stores every point, instead of only the last point of each series in a call.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    protected virtual bool KeepsEveryPoint => true;

    /// <summary>Creates a sink with an empty destination.</summary>
    /// <returns>The sink. The test disposes it.</returns>
    protected abstract IMetricsSink CreateSink();

    /// <summary>Reads the points that the last created sink has written. It is called after the sink was disposed.</summary>
    /// <returns>The points. The points of each series are in the order in which they were written.</returns>
    protected abstract Task<IReadOnlyList<MetricDataPoint>> ReadBackAsync();

    /// <summary>Makes the next call to a sink fail as late as possible, for example after the server has stored the points but before it responds.</summary>
    /// <param name="sink">The last created sink.</param>
    /// <returns><see langword="true"/> if the next call will fail; <see langword="false"/>, the default, if the fixture does not support this.</returns>
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
    public Task Value_is_preserved(double value) => AssertArriveAsync([new MetricDataPoint(s_loss, value, s_start, 1)]);

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue + 1)]
    public Task Step_is_preserved(long step) => AssertArriveAsync([new MetricDataPoint(s_loss, 1, s_start, step)]);

    [TestCase("größe")]
    [TestCase("日本語 🚀")]
    [TestCase("quoted \"and\" \\ back, comma; {brace} = #")]
    [TestCase("line\nbreak\ttab")]
    [TestCase("")]
    public Task Tag_value_is_preserved(string value)
    {
        var tags = new Dictionary<string, string> { ["split"] = value, ["größe"] = "1" };
        return AssertArriveAsync([new MetricDataPoint(new MetricSeries("rows", "{row}", tags), 1, s_start)]);
    }

    [Test]
    public Task Series_with_different_tags_are_distinct() => AssertArriveAsync(
    [
        .. Enumerable.Range(0, 10).Select(static number => new MetricDataPoint(
            new MetricSeries("loss", "nats", new Dictionary<string, string> { ["fold"] = (number % 3).ToString(CultureInfo.InvariantCulture) }),
            number,
            s_start,
            number)),
    ]);

    [Test]
    public Task Points_of_a_series_stay_in_order() => AssertArriveAsync(
    [
        .. Enumerable.Range(0, 1_000).Select(static number =>
            new MetricDataPoint(s_loss, 1_000 - number, s_start.AddMilliseconds(-number), 3 * (number % 7))),
    ]);

    [Test]
    public Task Large_batch_arrives() => AssertArriveAsync(
        [.. Enumerable.Range(0, LargeBatch).Select(static number => new MetricDataPoint(s_loss, number, s_start.AddMilliseconds(number), number))]);

    [Test]
    public Task Many_batches_arrive_in_order() => AssertArriveAsync(
        [.. Enumerable.Range(0, ManyBatches).Select(static number => new[] { new MetricDataPoint(s_loss, number, s_start.AddSeconds(number), number) })]);

    [Test]
    public async Task Batch_can_be_reused_after_the_call()
    {
        var sink = CreateSink();
        var batch = new[] { new MetricDataPoint(s_loss, 1, s_start, 1) };

        await sink.WriteAsync(batch);
        batch[0] = new MetricDataPoint(new MetricSeries("other"), 2, s_start, 2);
        await DisposeAsync(sink);

        await AssertReadBackAsync([[new MetricDataPoint(s_loss, 1, s_start, 1)]]);
    }

    [Test]
    public async Task Canceled_call_writes_nothing()
    {
        var sink = CreateSink();
        var batch = new[] { new MetricDataPoint(s_loss, 1, s_start, 1) };

        await Assert.ThatAsync(() => sink.WriteAsync(batch, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await sink.WriteAsync(batch);
        await DisposeAsync(sink);

        await AssertReadBackAsync([batch]);
    }

    [Test]
    public async Task Retried_call_writes_each_point_once()
    {
        var sink = CreateSink();
        var first = new[] { new MetricDataPoint(s_loss, 1, s_start, 1), new MetricDataPoint(s_loss, 2, s_start, 2) };
        var second = new[] { new MetricDataPoint(s_loss, 3, s_start, 3) };
        if (!TryBreakNextCall(sink))
        {
            Assert.Ignore($"The fixture of {sink.GetType().Name} cannot make a call fail.");
        }

        await Assert.ThatAsync(() => sink.WriteAsync(first), Throws.Exception);
        await sink.WriteAsync(first);
        await sink.WriteAsync(second);
        await DisposeAsync(sink);

        await AssertReadBackAsync([first, second]);
    }

    [Test]
    public async Task Unused_sink_can_be_disposed()
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

    /// <summary>Formats points by series, with the properties that the sink stores.</summary>
    private List<string> Describe(IEnumerable<MetricDataPoint> points) =>
    [
        .. points.GroupBy(NameOf).OrderBy(static series => series.Key, StringComparer.Ordinal).SelectMany(static series => series).Select(Describe),
    ];

    private string Describe(MetricDataPoint point)
    {
        var step = KeepsSteps ? FormattableString.Invariant($" step {point.Step}") : "";
        var time = KeepsTimes ? FormattableString.Invariant($" at {point.Timestamp.ToUnixTimeMilliseconds()}") : "";
        return FormattableString.Invariant($"{NameOf(point)}: {point.Value:R}{step}{time}");
    }
}
