using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Testing;

namespace MlOps.Metrics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MetricsPipelineTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 8, 30, 0, TimeSpan.Zero));
    private readonly FakeLogCollector _log = new();

    [Test]
    public async Task Recorded_value_reaches_every_sink_with_its_time_step_and_tags()
    {
        var (one, other) = (new RecordingSink(), new RecordingSink());
        await using var pipeline = Create([Configure(one), Configure(other, "other")]);

        pipeline.GetMetric("loss", "nats", new Dictionary<string, string> { ["split"] = "test" }).Record(double.NaN, 7);
        await pipeline.FlushAsync();

        Assert.That(one.Points.Select(MetricText.Describe), Is.EqualTo(new[] { $"loss [split, test] 7 {_clock.GetUtcNow().Ticks} NaN nats" }));
        Assert.That(other.Steps, Is.EqualTo(new[] { 7 }));
    }

    [Test]
    public async Task Same_name_and_tags_are_the_same_metric()
    {
        await using var pipeline = Create([]);
        static Dictionary<string, string> Tags(string fold) => new() { ["fold"] = fold };

        var (plain, tagged) = (pipeline.GetMetric("loss"), pipeline.GetMetric("loss", null, Tags("1")));

        Assert.That(pipeline.GetMetric("loss"), Is.SameAs(plain));
        Assert.That(pipeline.GetMetric("loss", null, Tags("1")), Is.SameAs(tagged).And.Not.SameAs(plain));
        Assert.That(pipeline.GetMetric("loss", null, Tags("2")), Is.Not.SameAs(tagged));
    }

    [Test]
    public async Task Invalid_name_is_rejected()
    {
        await using var pipeline = Create([]);
        foreach (var name in new[] { "", " ", "a\nb", "\ud800", new string('a', 251) })
        {
            Assert.That(() => pipeline.GetMetric(name), Throws.ArgumentException);
            Assert.That(() => pipeline.GetMetric("loss", null, new Dictionary<string, string> { [name] = "x" }), Throws.ArgumentException);
        }

        Assert.That(() => pipeline.GetMetric("loss", "\ud800"), Throws.ArgumentException);
        Assert.That(() => pipeline.GetMetric("loss", null, new Dictionary<string, string> { ["a"] = "\ud800" }), Throws.ArgumentException);
    }

    [Test]
    public async Task Waiting_points_reach_the_sink_after_the_interval()
    {
        var arrived = new TestGate();
        var sink = new RecordingSink { OnWrite = arrived.PassAsync };
        await using var pipeline = Create([Configure(sink, options: new() { FlushInterval = TimeSpan.FromSeconds(3) })]);
        arrived.Open();

        pipeline.GetMetric("loss").Record(1, 1);
        _clock.Advance(TimeSpan.FromSeconds(3));

        await arrived.Reached;
    }

    [Test]
    public async Task Full_batch_reaches_the_sink_at_once()
    {
        var arrived = new TestGate();
        var sink = new RecordingSink { OnWrite = arrived.PassAsync };
        await using var pipeline = Create([Configure(sink, options: new() { BatchSize = 1_000 })]);
        arrived.Open();

        Record(pipeline.GetMetric("loss"), 0, 3_000);

        await arrived.Reached;
        await pipeline.FlushAsync();
        Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 3_000)));
        Assert.That(sink.Batches, Has.All.LessThanOrEqualTo(1_000));
    }

    [Test]
    public async Task Sink_that_hangs_affects_neither_other_sinks_nor_recording()
    {
        var hangs = new RecordingSink { OnWrite = static _ => Task.Delay(Timeout.Infinite, CancellationToken.None) };
        var sink = new RecordingSink();
        var pipeline = Create([Configure(hangs, "hangs", new() { Capacity = 5_000 }), Configure(sink)]);
        var metric = pipeline.GetMetric("loss");

        for (var round = 0; round < 10; round++)
        {
            Record(metric, round * 2_000, 2_000);
            await pipeline.Queues[1].FlushAsync(default);
        }

        Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 20_000)));
        Assert.That(pipeline.Queues[0].Dropped, Is.GreaterThan(0));
        Assert.That(pipeline.Queues[1].Dropped, Is.Zero);
    }

    [Test]
    public async Task Sink_that_blocks_its_thread_does_not_affect_another()
    {
        using var released = new ManualResetEventSlim();
        var blocks = new RecordingSink
        {
            OnWrite = _ =>
            {
                released.Wait(CancellationToken.None);
                return Task.CompletedTask;
            },
        };
        var sink = new RecordingSink();
        await using var pipeline = Create([Configure(blocks, "blocks"), Configure(sink)]);

        Record(pipeline.GetMetric("loss"), 0, 20_000);
        await pipeline.Queues[1].FlushAsync(default);

        Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 20_000)));
        released.Set();
    }

    [Test]
    public async Task Sink_that_throws_is_retried_with_the_same_points_and_logged_once()
    {
        var calls = 0;
        var sink = new RecordingSink { OnWrite = _ => ++calls <= 2 ? throw new IOException("The disk is full.") : Task.CompletedTask };
        var other = new RecordingSink();
        await using var pipeline = Create([Configure(sink, "fails"), Configure(other)]);

        pipeline.GetMetric("loss").Record(1, 1);
        var flushed = pipeline.FlushAsync();

        // Advance the clock through the growing retry delays until the sink was called a third time.
        await Until.IsTrueAsync(() => flushed.IsCompleted, () => _clock.Advance(TimeSpan.FromSeconds(1)));

        await flushed;
        Assert.That(sink.Steps, Is.EqualTo(new[] { 1 }));
        Assert.That(other.Steps, Is.EqualTo(new[] { 1 }));
        Assert.That(pipeline.Queues[0].Failures, Is.EqualTo(2));
        Assert.That(
            _log.GetSnapshot().Select(static record => (record.Id.Id, record.Level)),
                Is.EqualTo(new[] { (702, LogLevel.Warning), (703, LogLevel.Information) }));
    }

    [Test]
    public async Task Logger_that_throws_stops_no_sink()
    {
        var calls = 0;
        var sink = new RecordingSink { OnWrite = _ => ++calls == 1 ? throw new IOException("The disk is full.") : Task.CompletedTask };
        await using var pipeline = new MetricsPipeline(_clock, sinks: [Configure(sink)], logger: new BrokenLog());

        pipeline.GetMetric("loss").Record(1, 1);
        var flushed = pipeline.FlushAsync();
        await Until.IsTrueAsync(() => flushed.IsCompleted, () => _clock.Advance(TimeSpan.FromSeconds(1)));

        await flushed;
        Assert.That(sink.Steps, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Call_that_takes_too_long_is_cancelled_and_made_again()
    {
        var hanging = new TestGate();
        var calls = 0;
        var sink = new RecordingSink { OnWrite = token => ++calls == 1 ? hanging.PassAsync(token) : Task.CompletedTask };
        await using var pipeline = Create([Configure(sink, options: new() { Timeout = TimeSpan.FromSeconds(30) })]);

        pipeline.GetMetric("loss").Record(1, 1);
        var flushed = pipeline.FlushAsync();
        await hanging.Reached;
        await Until.IsTrueAsync(() => flushed.IsCompleted, () => _clock.Advance(TimeSpan.FromSeconds(30)));

        await flushed;
        Assert.That(sink.Steps, Is.EqualTo(new[] { 1 }));
    }

    [TestCase(MetricsWhenFull.DropNewest)]
    [TestCase(MetricsWhenFull.DropOldest)]
    public async Task Full_queue_drops_as_configured_and_counts(MetricsWhenFull whenFull)
    {
        var gate = new TestGate();
        var sink = new RecordingSink { OnWrite = gate.PassAsync };
        await using var pipeline = Create([Configure(sink, options: new() { BatchSize = 10, Capacity = 100 })], new() { WhenFull = whenFull });
        var metric = pipeline.GetMetric("loss");
        Record(metric, 0, 10);
        var first = pipeline.FlushAsync();
        await gate.Reached;

        Record(metric, 10, 500);
        var second = pipeline.FlushAsync();
        pipeline.HandOver();
        gate.Open();
        await Task.WhenAll(first, second);

        Assert.That(sink.Steps,
            Is.EqualTo(Enumerable.Range(0, 10).Concat(whenFull == MetricsWhenFull.DropNewest ? Enumerable.Range(10, 100) : Enumerable.Range(410, 100))));
        Assert.That(pipeline.Queues[0].Dropped, Is.EqualTo(400));
        Assert.That(_log.GetSnapshot().Count(static record => record.Id.Id == 700), Is.EqualTo(1));
    }

    [Test]
    public async Task Sink_receives_the_points_that_its_filters_and_rate_select()
    {
        var filtered = new RecordingSink();
        var sampled = new RecordingSink();
        var options = new MetricsSinkOptions();
        options.Include.Add("train/");
        options.Include.Add("test/");
        options.Exclude.Add("train/debug");
        await using var pipeline = Create([Configure(filtered, "filtered", options), Configure(sampled, "sampled", new() { SampleRate = 0.1 })]);

        foreach (var name in new[] { "train/loss", "train/debug/x", "test/auc", "other", "Train/loss" })
        {
            Record(pipeline.GetMetric(name), 0, 50);
        }

        await pipeline.FlushAsync();

        Assert.That(filtered.Points.Select(static point => point.Series.Name).Distinct(), Is.EquivalentTo(new[] { "train/loss", "test/auc" }));
        Assert.That(sampled.Points.Where(static point => point.Series.Name == "other").Select(static point => point.Step),
            Is.EqualTo(new[] { 0, 10, 20, 30, 40 }));
    }

    [Test]
    public async Task Disposing_delivers_everything_and_disposes_the_sinks()
    {
        var sink = new RecordingSink();
        var pipeline = Create([Configure(sink)]);
        Record(pipeline.GetMetric("loss"), 0, 100_000);

        await pipeline.DisposeAsync();
        pipeline.GetMetric("loss").Record(1, -1);

        Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 100_000)));
        Assert.That(sink.IsDisposed);
    }

    [Test]
    public async Task Disposing_does_not_wait_longer_than_it_may_for_a_sink_that_hangs()
    {
        var hanging = new TestGate();
        var sink = new RecordingSink { OnWrite = _ => hanging.PassAsync(CancellationToken.None) };
        var pipeline = Create([Configure(sink)], new() { ShutdownTimeout = TimeSpan.FromSeconds(5) });
        pipeline.GetMetric("loss").Record(1, 1);

        var disposed = pipeline.DisposeAsync().AsTask();
        await hanging.Reached;
        Assert.That(disposed.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(5));

        await disposed;
        Assert.That(sink.IsDisposed, Is.False);
        hanging.Open();
    }

    [Test]
    public async Task Values_stay_in_order_when_the_code_continues_on_another_thread()
    {
        var sink = new RecordingSink();
        await using var pipeline = Create([Configure(sink)]);
        var metric = pipeline.GetMetric("loss");

        for (var step = 0; step < 5_000; step++)
        {
            metric.Record(step, step);
            await Task.Yield();
        }

        await pipeline.FlushAsync();
        Assert.That(sink.Steps, Is.EqualTo(Enumerable.Range(0, 5_000)));
    }

    [Test]
    public async Task Threads_that_record_the_same_metric_lose_nothing_and_keep_their_order()
    {
        var sink = new RecordingSink();
        await using var pipeline = new MetricsPipeline(TimeProvider.System, null, [Configure(sink, options: new() { Capacity = 1_000_000 })]);
        var metric = pipeline.GetMetric("loss");

        var threads = Enumerable.Range(0, 4).Select(thread => new Thread(() => Record(metric, thread * 1_000_000, 100_000))).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        await pipeline.FlushAsync();

        foreach (var thread in sink.Steps.GroupBy(static step => step!.Value / 1_000_000))
        {
            Assert.That(thread, Is.EqualTo(Enumerable.Range((int)thread.Key * 1_000_000, 100_000)));
        }

        Assert.That(sink.Steps, Has.Count.EqualTo(400_000));
    }

    [Test]
    public async Task Tags_beyond_the_limit_become_one_series_and_are_reported_once()
    {
        var sink = new RecordingSink();
        await using var pipeline = Create([Configure(sink)], new() { MaxSeries = 3 });
        static Dictionary<string, string> Tags(int user) => new() { ["user"] = $"{user}" };

        var handles = Enumerable.Range(0, 100).Select(user => pipeline.GetMetric("requests", "{request}", Tags(user))).ToList();
        handles.ForEach(static handle => handle.Record(1));
        pipeline.GetMetric("other", null, Tags(7)).Record(2);
        await pipeline.FlushAsync();

        Assert.That(handles.Distinct().Count(), Is.EqualTo(4));
        Assert.That(pipeline.GetMetric("requests", null, Tags(1)), Is.SameAs(handles[1]));
        Assert.That(
            sink.Points.CountBy(static point => $"{point.Series.Name} {string.Join(',', point.Series.Tags)} {point.Series.Unit}")
                .Select(static pair => $"{pair.Value} {pair.Key}"),
            Is.EquivalentTo(new[]
            {
                "1 requests [user, 0] {request}",
                "1 requests [user, 1] {request}",
                "1 requests [user, 2] {request}",
                "97 requests [otel.metric.overflow, true] {request}",
                "1 other [user, 7] ",
            }));
        Assert.That(_log.Count, Is.EqualTo(1));
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_log.LatestRecord.Message, Does.Contain("'requests'").And.Contain("MlOps:Metrics:MaxSeries"));
    }

    [Test]
    public async Task Value_keeps_the_time_that_is_given()
    {
        var sink = new RecordingSink();
        await using var pipeline = Create([Configure(sink)]);
        var time = new DateTimeOffset(2020, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));

        pipeline.GetMetric("loss").Record(1, null, time);
        pipeline.GetMetric("loss").Record(2, 7, time);
        await pipeline.FlushAsync();

        Assert.That(
            sink.Points.Select(static point => (point.Value, point.Step, point.Timestamp)), Is.EqualTo(new[] { (1.0, (long?)null, time), (2.0, 7, time) }));
    }

    [TestCase(MetricsWhenFull.DropNewest)]
    [TestCase(MetricsWhenFull.DropOldest)]
    public async Task Every_value_that_threads_record_faster_than_a_sink_works_is_delivered_or_counted(MetricsWhenFull whenFull)
    {
        const int each = 300_000;
        var (all, filtered) = (new RecordingSink(), new RecordingSink());
        var some = new MetricsSinkOptions { Capacity = 3_000, BatchSize = 1_000 };
        some.Exclude.Add("thread/1");
        await using var pipeline = new MetricsPipeline(
            TimeProvider.System,
            new() { WhenFull = whenFull },
            [Configure(all, options: new() { Capacity = 10_000, BatchSize = 1_000 }), Configure(filtered, "filtered", some)]);

        var threads = Enumerable.Range(0, 3).Select(thread => new Thread(() =>
        {
            Record(pipeline.GetMetric($"thread/{thread}"), 0, each);
            Record(pipeline.GetMetric("shared"), 0, each);
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        await pipeline.FlushAsync();

        Assert.That(all.Points.Count + pipeline.Queues[0].Dropped, Is.EqualTo(6 * each));
        Assert.That(filtered.Points.Count + pipeline.Queues[1].Dropped, Is.EqualTo(5 * each));
        Assert.That(pipeline.Queues.Select(static queue => queue.Delivered), Is.EqualTo(new[] { all.Points.Count, filtered.Points.Count }));
        foreach (var series in all.Points.Where(static point => point.Series.Name != "shared").GroupBy(static point => point.Series))
        {
            Assert.That(series.Select(static point => point.Value), Is.Ordered);
        }
    }

    [Test]
    public async Task Small_chunks_that_wait_for_a_sink_that_hangs_take_memory_by_their_points()
    {
        var gate = new TestGate();
        var hangs = new RecordingSink { OnWrite = gate.PassAsync };
        await using var pipeline = Create([Configure(hangs, options: new() { Capacity = 10_000, BatchSize = 1 })]);
        var metric = pipeline.GetMetric("loss");
        metric.Record(0, 0);
        pipeline.HandOver();
        await gate.Reached;
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var step = 1; step <= 2_000; step++)
        {
            metric.Record(step, step);
            pipeline.HandOver();
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        gate.Open();
        await pipeline.FlushAsync();

        // 2,000 chunks of 32 KiB would be 64 MB.
        Assert.That(allocated, Is.LessThan(10_000_000));
        Assert.That(hangs.Steps, Is.EqualTo(Enumerable.Range(0, 2_001)));
    }

    [Test]
    public async Task Recovery_of_a_full_queue_is_logged()
    {
        var gate = new TestGate();
        var sink = new RecordingSink { OnWrite = gate.PassAsync };
        await using var pipeline = Create([Configure(sink, options: new() { BatchSize = 10, Capacity = 10 })]);
        var metric = pipeline.GetMetric("loss");
        Record(metric, 0, 10);
        var first = pipeline.FlushAsync();
        await gate.Reached;
        Record(metric, 10, 500);
        pipeline.HandOver();
        gate.Open();
        await first;
        await pipeline.FlushAsync();

        Assert.That(
            _log.GetSnapshot().Select(static record => (record.Id.Id, record.Level)),
                Is.EqualTo(new[] { (700, LogLevel.Warning), (701, LogLevel.Information) }));
        Assert.That(_log.LatestRecord.Message, Does.Contain("490 points"));
    }

    [Test]
    public async Task Recording_into_chunks_that_are_reused_allocates_nothing()
    {
        var gate = new TestGate();
        await using var pipeline = Create([Configure(new RecordingSink { OnWrite = gate.PassAsync }, options: new() { BatchSize = 1_000, Capacity = 10_000 })]);
        var metric = pipeline.GetMetric("loss");
        Record(metric, 0, 100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Record(metric, 0, 1_000_000);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        gate.Open();
        Assert.That(allocated, Is.LessThan(1_000));
    }

    [Test]
    public async Task Recording_without_sinks_keeps_nothing()
    {
        await using var pipeline = Create([]);
        var metric = pipeline.GetMetric("loss");
        var before = GC.GetAllocatedBytesForCurrentThread();

        Record(metric, 0, 1_000_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000));
    }

    private static void Record(MetricHandle metric, int first, int count)
    {
        for (var step = first; step < first + count; step++)
        {
            metric.Record(step, step);
        }
    }

    private static ConfiguredSink Configure(IMetricsSink sink, string name = "sink", MetricsSinkOptions? options = null) =>
        new(name, sink, options ?? new MetricsSinkOptions());

    private MetricsPipeline Create(ConfiguredSink[] sinks, MetricsOptions? options = null) => new(_clock, options, sinks, new FakeLogger(_log));
}
