using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Metrics;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Tracking;

/// <summary>Tests of the metrics of runs whose processes end in different ways.</summary>
public sealed class RunMetricsTests : TrackingFixture
{
    private const string RunId = "0123456789abcdef0123456789abcdef";
    private static readonly ArtifactPath s_folder = ArtifactPath.Parse("metrics");
    private readonly FakeLogCollector _log = new();

    private string RunFolder => Path.Combine(Folder.Path, "spool", RunId);

    [Test]
    public async Task Saved_points_are_delivered_by_the_next_process()
    {
        var store = new HookedStore(Store) { Before = static (_, _) => Task.Delay(Timeout.Infinite) };
        await using var pipeline = new MetricsPipeline(Clock);
        var metrics = Create(store, pipeline);
        Record(metrics, 0, 100);

        metrics.Save();

        Assert.That(Directory.GetFiles(RunFolder), Has.Length.EqualTo(1));
        await using var next = Create(Store, pipeline);
        Assert.That(await next.DeliverWithinAsync(TimeSpan.Zero, default), Is.Null);
        Assert.That(await StepsAsync(), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public async Task A_segment_that_is_saved_during_its_delivery_is_stored_once()
    {
        var answer = new TestGate();
        var store = new HookedStore(Store) { After = (_, _) => answer.PassAsync(CancellationToken.None) };
        await using var pipeline = new MetricsPipeline(Clock);
        var metrics = Create(store, pipeline);
        Record(metrics, 0, 100);
        await metrics.FlushAsync(default);
        await answer.Reached;
        Record(metrics, 100, 100);

        metrics.Save();

        Assert.That(Directory.GetFiles(RunFolder), Has.Length.EqualTo(2));
        var segments = new MetricSegments(Store, s_folder);
        await segments.ContinueAsync();
        await using var next = Create(Store, pipeline, segments: segments);
        Assert.That(await next.DeliverWithinAsync(TimeSpan.Zero, default), Is.Null);
        Assert.That(await StepsAsync(), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task Segments_are_delivered_in_order_when_the_store_is_available_again()
    {
        var store = new PluggableStore(Store) { IsUnplugged = true };
        await using var pipeline = new MetricsPipeline(Clock);
        await using var metrics = Create(store, pipeline);
        for (var part = 0; part < 5; part++)
        {
            Record(metrics, 10 * part, 10);
            await metrics.FlushAsync(default);
        }

        await Until.IsTrueAsync(() => _log.GetSnapshot().Any(static record => record.Id.Id == 702));
        store.IsUnplugged = false;
        await Until.IsTrueAsync(() => _log.GetSnapshot().Any(static record => record.Id.Id == 703), () => Clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.That(await StepsAsync(), Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task Abandoned_metrics_are_neither_stored_nor_saved_and_counted()
    {
        var store = new PluggableStore(Store) { IsUnplugged = true };
        await using var pipeline = new MetricsPipeline(Clock);
        var metrics = Create(store, pipeline);
        Record(metrics, 0, 10);
        await metrics.FlushAsync(default);

        metrics.Abandon();
        store.IsUnplugged = false;
        Record(metrics, 10, 20);
        await metrics.FlushAsync(default);
        metrics.Save();
        await metrics.DisposeAsync();

        Assert.That(metrics.Dropped, Is.EqualTo(20));
        Assert.That(await StepsAsync(), Is.Empty);
        Assert.That(Directory.Exists(RunFolder), Is.False);
    }

    [Test]
    public async Task Points_are_dropped_counted_and_reported_while_the_spool_is_full()
    {
        var store = new PluggableStore(Store) { IsUnplugged = true };
        await using var pipeline = new MetricsPipeline(Clock);
        await using var metrics = Create(store, pipeline, maxMemory: 1_000, maxSpoolSize: 1_000);
        while (metrics.Dropped < 30)
        {
            Record(metrics, 0, 10);
            await metrics.FlushAsync(default);
        }

        store.IsUnplugged = false;
        Assert.That(await metrics.DeliverWithinAsync(TimeSpan.Zero, default), Is.Null);
        Record(metrics, 0, 10);
        await metrics.FlushAsync(default);

        Assert.That(metrics.Dropped, Is.EqualTo(30));
        Assert.That(
            _log.GetSnapshot().Where(static record => record.Id.Id is 460 or 462).Select(static record => record.Level),
            Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
        Assert.That(_log.GetSnapshot().Single(static record => record.Id.Id == 460).Message, Does.Contain("30 points"));
    }

    [Test]
    public async Task Series_with_tags_are_counted_and_summarized_separately()
    {
        await using var pipeline = new MetricsPipeline(Clock);
        await using var metrics = Create(Store, pipeline);
        static Dictionary<string, string> Fold(int fold) => new() { ["fold"] = $"{fold}" };

        for (var fold = 0; fold < 2_000; fold++)
        {
            metrics.GetMetric("loss", null, Fold(fold)).Record(fold, 0);
        }

        await metrics.FlushAsync(default);
        Assert.That(() => metrics.GetMetric("loss", null, Fold(2_000)), Throws.ArgumentException.With.Message.Contains("can have 2000"));
        Assert.That(() => metrics.GetMetric("loss", null, Fold(7)), Throws.Nothing);
        Assert.That(metrics.Summaries["loss{fold=7}"].Last, Is.EqualTo(7));
    }

    private static void Record(RunMetrics metrics, int first, int count)
    {
        var metric = metrics.GetMetric("loss");
        for (var step = first; step < first + count; step++)
        {
            metric.Record(step, step);
        }
    }

    private RunMetrics Create(
        IArtifactStore store, MetricsPipeline pipeline, long? maxMemory = null, long? maxSpoolSize = null, MetricSegments? segments = null)
    {
        var options = new TrackingOptions { SpoolFolder = Path.Combine(Folder.Path, "spool") };
        options.MaxSpoolSize = maxSpoolSize ?? options.MaxSpoolSize;
        var services = new TrackingContext(store, null!, null!, null!, pipeline, options, null!, null!, Clock, new FakeLogger(_log));
        return new RunMetrics(services, "iris", RunId, segments ?? new MetricSegments(store, s_folder), new RunState(), maxMemory ?? RunMetrics.MaxMemory);
    }

    private async Task<List<long?>> StepsAsync() => await new MetricSegments(Store, s_folder).ReadAsync().Select(static point => point.Step).ToListAsync();
}
