using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowMaintenanceTests
{
    private static readonly TimeSpan s_retention = TimeSpan.FromDays(30);
    private readonly InMemoryArtifactStore _memory = new();
    private readonly FakeTimeProvider _clock = TestInstance.NewClock();

    [Test]
    public async Task Closed_windows_are_merged_into_one_object_with_the_same_predictions()
    {
        await ServeAsync(3);
        var before = (await ReadAsync()).Single();
        _clock.Advance(TimeSpan.FromHours(3));

        await RunAsync(_memory);

        var after = (await ReadAsync()).Single();
        Assert.That((await ListAsync()).Select(static path => path.Name), Is.EqualTo(new[] { "merged-000001.profile" }));
        Assert.That(
            (after.Predictions, after.Rejected, after.Inputs.Rows, after.Inputs.Find("Age")!.Mean, after.End),
            Is.EqualTo((before.Predictions, before.Rejected, before.Inputs.Rows, before.Inputs.Find("Age")!.Mean, before.End)));
        Assert.That(after.Instances, Is.EqualTo(before.Instances));
    }

    [Test]
    public async Task Open_windows_are_not_merged()
    {
        await ServeAsync(3);

        await RunAsync(_memory);

        Assert.That(await ListAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_window_of_a_killed_instance_is_merged_after_a_day()
    {
        await ServeAsync(1);
        var killed = await TestInstance.StartAsync(_memory, TestInstance.NewClock()); // whose clock stands still, as after a kill
        killed.Observe(1);
        await killed.FlushAsync();

        _clock.Advance(TimeSpan.FromHours(3));
        await RunAsync(_memory);
        Assert.That(await ListAsync(), Has.Count.EqualTo(2));

        _clock.Advance(TimeSpan.FromDays(1));
        await RunAsync(_memory);
        Assert.That(await ListAsync(), Has.Count.EqualTo(1));
        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(11));
    }

    [Test]
    public async Task A_late_object_is_merged_into_the_next_generation()
    {
        await ServeAsync(2);
        _clock.Advance(TimeSpan.FromHours(3));
        await RunAsync(_memory);
        _clock.AdjustTime(TestInstance.NewClock().GetUtcNow());
        await ServeAsync(1);
        _clock.AdjustTime(_clock.GetUtcNow().AddHours(3));

        await RunAsync(_memory);

        Assert.That((await ListAsync()).Select(static path => path.Name), Is.EqualTo(new[] { "merged-000002.profile" }));
        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(30));
    }

    [Test]
    public async Task After_a_crash_between_the_merge_and_the_deletion_nothing_is_counted_twice()
    {
        var store = new FlakyStore(_memory) { BeforeDelete = static _ => throw FlakyStore.Failure };
        await ServeAsync(3);
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.That(() => RunAsync(store), Throws.TypeOf<ProviderException>());
        Assert.That(await ListAsync(), Has.Count.EqualTo(4));

        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(30));

        await RunAsync(_memory);
        Assert.That((await ListAsync()).Select(static path => path.Name), Is.EqualTo(new[] { "merged-000001.profile" }));
        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(30));
    }

    [Test]
    public async Task Concurrent_merges_and_reads_count_each_prediction_once()
    {
        await ServeAsync(20);
        _clock.Advance(TimeSpan.FromHours(3));
        var merging = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RunAsync(Yielding()))));

        do
        {
            Assert.That((await TestInstance.ReadAsync(Yielding(), _clock)).Single().Predictions, Is.EqualTo(200));
        }
        while (!merging.IsCompleted);

        await merging;
        await RunAsync(_memory);
        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(200));
        Assert.That(await ListAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_damaged_object_is_kept_and_the_others_are_merged()
    {
        await ServeAsync(3);
        var damaged = (await ListAsync())[1];
        await _memory.WriteBytesAsync(damaged, [1, 2, 3]);
        _clock.Advance(TimeSpan.FromHours(3));

        await RunAsync(_memory);

        Assert.That(await ListAsync(), Has.Count.EqualTo(2).And.Member(damaged));
        var window = (await ReadAsync()).Single();
        Assert.That((window.Predictions, window.Faults.Count), Is.EqualTo((20L, 1)));
    }

    [Test]
    public async Task An_instance_that_was_suspended_reports_the_predictions_that_it_cannot_add_to_a_merged_window()
    {
        await ServeAsync(1);
        await using var suspended = await TestInstance.StartAsync(_memory, TestInstance.NewClock());
        suspended.Observe(1);
        await suspended.FlushAsync();
        suspended.Observe(2);
        _clock.Advance(TimeSpan.FromDays(2));
        await RunAsync(_memory);

        await suspended.FlushAsync();

        Assert.That((await ReadAsync()).Single().Predictions, Is.EqualTo(11));
        Assert.That(suspended.Logs.GetSnapshot().Single(static log => log.Id.Id == 711).Message, Does.Contain("1 predictions"));
    }

    [Test]
    public async Task Windows_and_statuses_older_than_the_retention_are_deleted_and_other_files_are_not()
    {
        await ServeAsync(2);
        var own = WindowPaths.Windows(TestInstance.Model, 1).Append("20200101T000000/notes.txt");
        await _memory.WriteTextAsync(own, "mine");
        _clock.Advance(s_retention + TimeSpan.FromDays(2));
        await ServeAsync(1);

        await RunAsync(_memory);

        Assert.That((await ListAsync()).Count(static path => path.Name.EndsWith(".profile", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(await _memory.FindAsync(own), Is.Not.Null);
        Assert.That((await new StatusStore(_memory).ReadAsync(TestInstance.Model, CancellationToken.None)).Instances, Has.Count.EqualTo(1));
    }

    private FlakyStore Yielding() => new(_memory) { BeforeRead = static async _ => await Task.Yield() };

    /// <summary>Serves 10 predictions with each of some instances.</summary>
    private async Task ServeAsync(int instances)
    {
        for (var number = 0; number < instances; number++)
        {
            await using var instance = await TestInstance.StartAsync(_memory, _clock);
            for (var age = 0; age < 10; age++)
            {
                instance.Observe(age, isRejected: age == 9);
            }
        }
    }

    private Task RunAsync(IArtifactStore store) =>
        new WindowMaintenance(store, _clock, NullLogger<WindowMaintenance>.Instance).RunAsync(TestInstance.Model, s_retention, CancellationToken.None);

    private Task<IReadOnlyList<MonitoringWindow>> ReadAsync() => TestInstance.ReadAsync(_memory, _clock);

    private async Task<IReadOnlyList<ArtifactPath>> ListAsync() =>
        await _memory.ListAsync(WindowPaths.Windows(TestInstance.Model)).Select(static entry => entry.Path).ToListAsync();
}
