using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InstanceStatusTests
{
    private readonly InMemoryArtifactStore _store = new();
    private readonly FakeTimeProvider _clock = TestInstance.NewClock();

    [Test]
    public async Task The_status_has_the_numbers_and_the_rate_of_each_version()
    {
        await using var instance = await TestInstance.StartAsync(_store, _clock);
        for (var row = 0; row < 120; row++)
        {
            instance.Observe(row, isRejected: row < 2, isFlagged: row > 110);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));
        await instance.FlushAsync();
        await instance.FlushAsync(); // at the same time, as for a report

        var status = (await ReadAsync()).Single();
        var version = status.Versions.Single();
        Assert.That((status.Instance, status.Ended, status.Started), Is.EqualTo((instance.Identity.Id, (DateTimeOffset?)null, instance.Identity.Started)));
        Assert.That(
            (version.Version, version.IsLoaded, version.Predictions, version.Rejected, version.Flagged, version.Rate),
            Is.EqualTo((1, true, 120L, 2L, 9L, 2.0)));
    }

    [Test]
    public async Task An_instance_that_ends_cleanly_has_an_end_and_a_final_window_without_faults()
    {
        var instance = await TestInstance.StartAsync(_store, _clock);
        instance.Observe(1);

        await instance.DisposeAsync();

        Assert.That((await ReadAsync()).Single().Ended, Is.EqualTo(_clock.GetUtcNow()));
        _clock.Advance(TimeSpan.FromHours(5));
        Assert.That((await instance.ReadAsync()).Single().Faults, Is.Empty);
    }

    [Test]
    public async Task A_killed_instance_is_a_fault_of_the_window_and_loses_the_predictions_since_the_checkpoint()
    {
        var killed = await TestInstance.StartAsync(_store, TestInstance.NewClock()); // whose clock stands still, as after a kill
        killed.Observe(1);
        await killed.FlushAsync();
        killed.Observe(2);

        _clock.Advance(TimeSpan.FromMinutes(5));

        var window = (await TestInstance.ReadAsync(_store, _clock)).Single();
        Assert.That(window.Predictions, Is.EqualTo(1));
        Assert.That(window.Faults.Single(), Does.Contain(killed.Identity.Id).And.Contain("did not end cleanly").And.Contain("2026-11-30 12:00:00Z"));
    }

    [Test]
    public async Task A_later_instance_logs_that_an_earlier_one_did_not_end_cleanly()
    {
        var killed = await TestInstance.StartAsync(_store, TestInstance.NewClock()); // whose clock stands still, as after a kill
        await killed.FlushAsync();
        _clock.Advance(TimeSpan.FromMinutes(5));
        await using var next = await TestInstance.StartAsync(_store, _clock);

        await next.FlushAsync();
        await next.FlushAsync();

        Assert.That(next.Logs.GetSnapshot().Select(static log => log.Message), Has.One.Contains(killed.Identity.Id));
    }

    [Test]
    public async Task A_running_instance_is_no_fault()
    {
        await using var instance = await TestInstance.StartAsync(_store, TestInstance.NewClock());
        instance.Observe(1);
        await instance.FlushAsync();
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.That((await TestInstance.ReadAsync(_store, _clock)).Single().Faults, Is.Empty);
    }

    [Test]
    public async Task A_damaged_status_is_named_and_the_others_are_read()
    {
        await using var instance = await TestInstance.StartAsync(_store, _clock);
        await instance.FlushAsync();
        await _store.WriteTextAsync(WindowPaths.Status(TestInstance.Model, "cut"), "{ \"format\": 1, \"model\":");

        var (instances, faults) = await new StatusStore(_store).ReadAsync(TestInstance.Model, CancellationToken.None);

        Assert.That(instances, Has.Count.EqualTo(1));
        Assert.That(faults.Single(), Does.Contain("status/cut.json"));
    }

    [Test]
    public async Task A_clock_that_jumps_puts_predictions_in_the_window_of_their_time_and_counts_them()
    {
        var clock = new JumpingClock(_clock.GetUtcNow());
        await using var instance = await TestInstance.StartAsync(_store, clock);
        instance.Observe(1);
        clock.Jump = TimeSpan.FromHours(3);
        instance.Observe(2);
        instance.Observe(3);
        await instance.FlushAsync();
        instance.Observe(4);
        await instance.FlushAsync();

        var windows = await instance.ReadAsync();

        Assert.That(windows.Select(static window => (window.Start.Hour, window.Predictions)), Is.EqualTo(new[] { (12, 1L), (15, 3L) }));
        Assert.That(windows[0].Faults, Is.Empty);
        Assert.That(windows[1].Faults.Single(), Does.StartWith("The times of 2 predictions differ"));
        Assert.That(instance.Logs.GetSnapshot().Select(static log => log.Message), Has.One.Contains("jumped by 03:00:00"));
    }

    private async Task<IReadOnlyList<InstanceStatus>> ReadAsync() =>
        (await new StatusStore(_store).ReadAsync(TestInstance.Model, CancellationToken.None)).Instances;
}
