using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using MlOps.Models;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PredictionCollectorTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private readonly InMemoryArtifactStore _store = new();
    private readonly FakeTimeProvider _clock = TestInstance.NewClock();

    [Test]
    public async Task Predictions_are_counted_and_profiled_in_the_window_of_their_hour()
    {
        await using var instance = await StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(20));
        instance.Observe(30);
        instance.Observe(50, isFlagged: true);
        instance.Observe(141, isRejected: true);

        await instance.FlushAsync();

        var window = (await instance.ReadAsync()).Single();
        Assert.That((window.Version, window.Start, window.End), Is.EqualTo((1, s_noon, s_noon.AddHours(1))));
        Assert.That((window.Predictions, window.Rejected, window.Flagged, window.Dropped), Is.EqualTo((3L, 1L, 1L, 0L)));
        Assert.That((window.Inputs.Rows, window.Inputs.Find("Age")!.Mean), Is.EqualTo((2L, 40d)));
        Assert.That(window.Inputs.Find("Country")!.Categories, Is.EqualTo(new[] { KeyValuePair.Create("DE", 2L) }));
        Assert.That(window.Outputs.Find("Value")!.Max, Is.EqualTo(100));
        Assert.That(window.Instances, Is.EqualTo(new[] { instance.Identity.Id }));
        Assert.That(window.Faults, Is.Empty);
    }

    [Test]
    public async Task Latencies_are_profiled_in_milliseconds_and_rows_without_one_are_not()
    {
        await using var instance = await StartAsync();
        instance.Observe(30, elapsedTicks: Stopwatch.Frequency / 100);
        instance.Observe(31);

        await instance.FlushAsync();

        var latency = (await instance.ReadAsync()).Single().Latency!;
        Assert.That((latency.Count, latency.Mean), Is.EqualTo((1L, 10d)));
    }

    [Test]
    public async Task Predictions_before_and_after_the_end_of_a_window_are_in_two_windows()
    {
        await using var instance = await StartAsync();
        _clock.Advance(TimeSpan.FromMinutes(59));
        instance.Observe(1);
        _clock.Advance(TimeSpan.FromMinutes(2));
        instance.Observe(2);
        instance.Observe(3);

        await instance.FlushAsync();

        Assert.That(
            (await instance.ReadAsync()).Select(static window => (window.Start, window.Predictions)),
            Is.EqualTo(new[] { (s_noon, 1L), (s_noon.AddHours(1), 2L) }));
    }

    [Test]
    public async Task An_open_window_is_written_again_at_each_checkpoint()
    {
        await using var instance = await StartAsync();

        for (var age = 1; age <= 3; age++)
        {
            instance.Observe(age);
            await instance.FlushAsync();
        }

        Assert.That((await instance.ReadAsync()).Single().Predictions, Is.EqualTo(3));
        Assert.That(await CountObjectsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Checkpoints_are_written_in_the_background()
    {
        await using var instance = await StartAsync();
        instance.Observe(30);

        // The background work may begin to wait after the clock was advanced.
        await UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return await CountObjectsAsync() == 1;
        });
    }

    [Test]
    public async Task A_window_ends_after_the_maximum_number_of_rows()
    {
        await using var instance = await StartAsync(static options => options.MaxRows = 100);
        for (var second = 0; second < 300; second++)
        {
            instance.Observe(second);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await instance.FlushAsync();
        }

        var windows = await instance.ReadAsync();

        Assert.That(windows.Select(static window => window.Predictions), Is.EqualTo(new[] { 100L, 100, 100 }));
        Assert.That(windows[0].End, Is.EqualTo(windows[1].Start));
        Assert.That(windows[2].End, Is.EqualTo(s_noon.AddHours(1)));
    }

    [Test]
    public async Task A_sample_is_profiled_and_all_predictions_are_counted()
    {
        await using var instance = await StartAsync(static options => options.ProfileSampleRate = 0.25);
        const int count = 10_000;
        for (var row = 0; row < count; row++)
        {
            instance.Observe(row);
        }

        await instance.FlushAsync();

        var window = (await instance.ReadAsync()).Single();
        Assert.That(window.Predictions, Is.EqualTo(count));

        // 6 standard deviations of a binomial distribution.
        Assert.That(window.Inputs.Rows, Is.EqualTo(count / 4).Within(6 * Math.Sqrt(count * 0.25 * 0.75)));
    }

    [Test]
    public async Task If_the_queue_is_full_predictions_are_not_delayed_but_counted_as_dropped()
    {
        var gate = new TaskCompletionSource();
        var sink = new RecordingSink { Before = () => gate.Task };
        await using var instance = await TestInstance.StartAsync(_store, _clock, configure: static options => options.QueueMemory = 1, sinks: sink);
        for (var row = 0; row < 5000; row++)
        {
            instance.Observe(row);
        }

        gate.SetResult();
        await instance.FlushAsync();

        var window = (await instance.ReadAsync()).Single();
        Assert.That(window.Predictions, Is.EqualTo(5000));
        Assert.That(window.Dropped, Is.EqualTo(5000 - window.Inputs.Rows).And.GreaterThan(1000));
        Assert.That(window.Faults.Single(), Does.Contain("QueueMemory"));
        Assert.That(instance.Logs.GetSnapshot().Select(static log => log.Message), Has.One.Contains("not profiled and not logged"));
    }

    [Test]
    public async Task A_sink_receives_all_rows_as_passed_and_is_flushed_at_the_end()
    {
        var sink = new RecordingSink();
        var instance = await TestInstance.StartAsync(_store, _clock, sinks: sink);
        var ids = Enumerable.Range(0, 700).Select(row => instance.Observe(row, isRejected: row % 10 == 0)).ToArray();

        await instance.Collector.StopAsync(CancellationToken.None);

        Assert.That(sink.Rows.Select(static row => row.Id), Is.EquivalentTo(ids));
        Assert.That(sink.Rows.Count(static row => row.IsRejected), Is.EqualTo(70));
        Assert.That(sink.Flushes, Is.EqualTo(1));
        await instance.DisposeAsync();
    }

    [Test]
    public async Task A_sink_that_fails_does_not_stop_the_profiles_and_is_logged_once()
    {
        var sink = new RecordingSink { Before = static () => throw new IOException("disk full") };
        await using var instance = await TestInstance.StartAsync(_store, _clock, sinks: sink);

        instance.Observe(1);
        await instance.FlushAsync();
        instance.Observe(2);
        await instance.FlushAsync();

        Assert.That((await instance.ReadAsync()).Single().Inputs.Rows, Is.EqualTo(2));
        Assert.That(instance.Logs.GetSnapshot().Select(static log => log.Message), Has.One.Contains(nameof(RecordingSink)));
    }

    [Test]
    public async Task Rows_of_several_predictors_and_of_disposed_ones_are_in_one_window()
    {
        await using var instance = await StartAsync();
        var second = instance.Collector.CreateForRows<Customer, Score>(instance.Version)!;
        instance.Observe(1);
        instance.Observe(2, observer: second);
        second.Dispose();

        await instance.FlushAsync();

        Assert.That((await instance.ReadAsync()).Single().Predictions, Is.EqualTo(2));
    }

    [Test]
    public async Task Concurrent_predictors_lose_and_repeat_no_row_while_windows_are_written()
    {
        const int rows = 50_000;
        await using var instance = await StartAsync();
        var observing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var observer = instance.Collector.CreateForRows<Customer, Score>(instance.Version)!;
            var score = new Score();
            for (var row = 0; row < rows; row++)
            {
                var prediction = new Prediction<Score>(score, instance.Version.Version, Guid.Empty, []);
                observer.Observe(new Customer { Age = row }, in prediction, -1);
            }
        })));

        while (!observing.IsCompleted)
        {
            await instance.FlushAsync();
        }

        await observing;
        await instance.FlushAsync();
        var window = (await instance.ReadAsync()).Single();
        Assert.That((window.Predictions, window.Inputs.Rows + window.Dropped), Is.EqualTo((4L * rows, 4L * rows)));
    }

    [Test]
    public async Task Observing_a_row_allocates_nothing()
    {
        await using var instance = await StartAsync();
        var prediction = new Prediction<Score>(new Score(), instance.Version.Version, Guid.NewGuid(), []);
        var customer = new Customer { Age = 30, Country = "DE" };
        instance.Observer.Observe(customer, in prediction, -1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var row = 0; row < 200; row++)
        {
            instance.Observer.Observe(customer, in prediction, -1);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task A_version_with_too_many_columns_is_not_monitored_and_this_is_logged()
    {
        await using var instance = await StartAsync(static options => options.MaxColumns = 2);

        instance.Observe(30);
        await instance.FlushAsync();

        Assert.That(await instance.ReadAsync(), Is.Empty);
        Assert.That(
            instance.Logs.GetSnapshot().Single().Message,
            Does.Contain("3 columns, and the maximum is 2").And.Contain("MlOps:Models:churn:Monitoring:Windows:MaxColumns"));
    }

    [Test]
    public async Task Predictions_from_tensors_are_profiled_by_element()
    {
        await using var instance = await StartAsync();
        using var observer = instance.Collector.CreateForTensors(instance.Version)!;
        var inputs = new Dictionary<string, ModelTensor> { ["x"] = new(new[] { 1f, 10f, 3f, 30f }, [2, 2]) };
        var outputs = new Dictionary<string, ModelTensor> { ["y"] = new(new[] { 5f, 7f }, [2, 1]) };
        var prediction = new Prediction<IReadOnlyDictionary<string, ModelTensor>>(outputs, instance.Version.Version, Guid.NewGuid(), []);

        observer.Observe(inputs, in prediction, 100);
        await instance.FlushAsync();

        var window = (await instance.ReadAsync()).Single();
        Assert.That(window.Inputs.Features.Select(static feature => (feature.Name, feature.Mean)), Is.EqualTo(new[] { ("x[0]", 2d), ("x[1]", 20d) }));
        Assert.That(window.Outputs.Features.Select(static feature => (feature.Name, feature.Mean)), Is.EqualTo(new[] { ("y", 6d) }));
    }

    [Test]
    public async Task An_empty_batch_of_tensors_is_not_a_prediction()
    {
        await using var instance = await StartAsync();
        using var observer = instance.Collector.CreateForTensors(instance.Version)!;
        var inputs = new Dictionary<string, ModelTensor> { ["x"] = new(Array.Empty<float>(), [0, 2]) };
        var outputs = new Dictionary<string, ModelTensor> { ["y"] = new(Array.Empty<float>(), [0, 1]) };
        var prediction = new Prediction<IReadOnlyDictionary<string, ModelTensor>>(outputs, instance.Version.Version, Guid.NewGuid(), []);

        observer.Observe(inputs, in prediction, 100);
        await instance.FlushAsync();

        Assert.That(await instance.ReadAsync(), Is.Empty);
    }

    [Test]
    public async Task A_version_that_is_no_longer_served_is_forgotten_after_its_window_is_written()
    {
        await using var instance = await StartAsync();
        instance.Observe(1);
        instance.Observer.Dispose();
        await instance.FlushAsync();
        Assert.That(await ReadStatusAsync(), Has.Count.EqualTo(1));
        _clock.Advance(TimeSpan.FromHours(2));

        await instance.FlushAsync();
        await instance.FlushAsync();

        Assert.That(await ReadStatusAsync(), Is.Empty);
        var late = instance.Collector.CreateForRows<Customer, Score>(instance.Version)!;
        instance.Observe(2, observer: late);
        late.Dispose();
        await instance.FlushAsync();
        Assert.That((await instance.ReadAsync()).Sum(static window => window.Predictions), Is.EqualTo(2));
    }

    [Test]
    public async Task A_write_that_fails_is_repeated_with_the_later_predictions()
    {
        var store = new FlakyStore(_store) { BeforeWrite = static _ => throw FlakyStore.Failure };
        await using var instance = await TestInstance.StartAsync(store, _clock);
        instance.Observe(1);
        await instance.FlushAsync();
        store.BeforeWrite = static _ => { };
        instance.Observe(2);

        await instance.FlushAsync();

        Assert.That((await instance.ReadAsync()).Single().Predictions, Is.EqualTo(2));
        Assert.That(instance.Logs.GetSnapshot().Select(static log => log.Id.Id), Is.EquivalentTo(new[] { 709, 716 }));
    }

    [Test]
    public async Task A_write_that_succeeds_without_an_answer_is_not_counted_twice()
    {
        var store = new FlakyStore(_store) { AfterWrite = static _ => throw FlakyStore.Failure };
        await using var instance = await TestInstance.StartAsync(store, _clock);
        instance.Observe(1);
        await instance.FlushAsync();
        store.AfterWrite = static _ => { };
        instance.Observe(2);

        await instance.FlushAsync();

        Assert.That((await instance.ReadAsync()).Single().Predictions, Is.EqualTo(2));
        Assert.That(await CountObjectsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task If_the_store_is_not_reachable_for_days_a_bounded_number_of_windows_is_kept_and_the_loss_is_logged()
    {
        var store = new FlakyStore(_store) { BeforeWrite = static _ => throw FlakyStore.Failure };
        await using var instance = await TestInstance.StartAsync(store, _clock);
        for (var hour = 0; hour < 30; hour++)
        {
            instance.Observe(hour);
            await instance.FlushAsync();
            _clock.Advance(TimeSpan.FromHours(1));
        }

        store.BeforeWrite = static _ => { };
        await instance.FlushAsync();

        Assert.That(await instance.ReadAsync(), Has.Count.EqualTo(24));
        Assert.That(instance.Logs.GetSnapshot().Count(static log => log.Id.Id == 714), Is.EqualTo(6));
    }

    private async Task<int> CountObjectsAsync() => await _store.ListAsync(WindowPaths.Windows(TestInstance.Model)).CountAsync();

    private Task<TestInstance> StartAsync(Action<WindowOptions>? configure = null) => TestInstance.StartAsync(_store, _clock, configure: configure);

    private async Task<IReadOnlyList<VersionStatus>> ReadStatusAsync() =>
        (await new StatusStore(_store).ReadAsync(TestInstance.Model, CancellationToken.None)).Instances.Single().Versions;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(TimeSpan.FromMinutes(1)));
            await Task.Yield();
        }
    }
}
