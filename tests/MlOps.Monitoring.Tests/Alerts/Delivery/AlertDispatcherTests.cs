using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The delivery of events by several instances that share a store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertDispatcherTests
{
    private const string Model = "churn";
    private readonly InMemoryArtifactStore _store = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 4, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeLogger<AlertDispatcher> _log = new();
    private readonly ModelRegistry _registry;
    private int _hours;

    public AlertDispatcherTests() => _registry = new ModelRegistry(_store, timeProvider: _clock);

    [SetUp]
    public Task CreateAsync() => _registry.CreateAsync(Model); // event 1

    [Test]
    public async Task Events_are_delivered_once_and_in_order()
    {
        var (sink, instance) = (new ScriptedSink("s"), CreateInstance());
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a", "b", "c");

        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("d");
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2", "churn:3", "churn:4", "churn:5"]));
    }

    [Test]
    public async Task A_new_sink_does_not_receive_earlier_events()
    {
        await RaiseAsync("a");
        var sink = new ScriptedSink("s");

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.Empty);
    }

    [Test]
    public async Task A_model_that_is_created_later_is_delivered_from_its_first_event()
    {
        var (sink, instance) = (new ScriptedSink("s"), CreateInstance());
        await instance.DeliverAsync(sink, "new.model", TimeSpan.Zero, default);
        await _registry.CreateAsync("new.model");

        await instance.DeliverAsync(sink, "new.model", TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["new%2Emodel:1"]));
    }

    [Test]
    public async Task The_deletion_of_a_model_is_delivered()
    {
        var (sink, instance) = (new ScriptedSink("s"), CreateInstance());
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await _registry.DeleteModelAsync(Model);

        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2"]));
    }

    [Test]
    public async Task An_event_that_the_sink_does_not_accept_is_passed_over()
    {
        var (sink, instance) = (new ScriptedSink("s"), CreateInstance());
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await _registry.TagAsync(Model, "team", "risk");
        await RaiseAsync("a");
        await _registry.TagAsync(Model, "team", "growth");

        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:3"]));
        Assert.That((await ReadAsync("s")).Delivered, Is.EqualTo(4));
    }

    [Test]
    public async Task A_look_without_a_new_event_does_not_write()
    {
        var (sink, instance) = (new ScriptedSink("s"), CreateInstance());
        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        var before = await ReadAsync("s");

        await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That((await ReadAsync("s")).Nonce, Is.EqualTo(before.Nonce));
    }

    [Test]
    public async Task Three_instances_that_deliver_at_once_deliver_each_event_once()
    {
        var release = new TaskCompletionSource();
        var sink = new ScriptedSink("s", async (_, _) =>
        {
            await release.Task;
            return DeliveryResult.Delivered;
        });
        AlertDispatcher[] instances = [CreateInstance(), CreateInstance(), CreateInstance()];
        await instances[0].DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a", "b");

        var deliveries = instances.Select(instance => Task.Run(() => instance.DeliverAsync(sink, Model, TimeSpan.Zero, default))).ToArray();
        await Task.WhenAny(deliveries); // an instance that found the claim of another
        release.SetResult();
        await Task.WhenAll(deliveries);
        await instances[1].DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2", "churn:3"]));
    }

    [Test]
    public async Task Another_instance_delivers_the_event_of_an_instance_that_stopped_after_it_recorded_the_event()
    {
        var sink = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await new ModelRegistry(_store, timeProvider: _clock).RaiseAlertAsync(Model, Alert("a"));

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2"]));
    }

    [Test]
    public async Task Another_instance_continues_when_the_claim_of_an_instance_that_was_killed_expires()
    {
        var sink = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");
        var killed = await ReadAsync("s");
        await WriteAsync("s", killed with { ClaimedUntil = _clock.GetUtcNow() + AlertDispatcher.ClaimTime });

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        Assert.That(sink.Received, Is.Empty);
        _clock.Advance(AlertDispatcher.ClaimTime);
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2"]));
    }

    [Test]
    public async Task A_claim_far_in_the_future_comes_from_a_wrong_clock_and_is_ignored()
    {
        var sink = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");
        await WriteAsync("s", await ReadAsync("s") with { ClaimedUntil = _clock.GetUtcNow().AddYears(1), NotBefore = _clock.GetUtcNow().AddYears(1) });

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2"]));
    }

    [Test]
    public async Task A_failed_attempt_is_repeated_after_a_delay_that_doubles_and_later_events_wait()
    {
        var attempts = 0;
        var sink = new ScriptedSink("s", (_, _) => ++attempts <= 3 ? throw new InvalidOperationException("broken") : Task.FromResult(DeliveryResult.Delivered));
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a", "b");
        var times = new List<int>();
        for (var second = 0; sink.Received.Count < 5; second++, _clock.Advance(TimeSpan.FromSeconds(1)))
        {
            var before = sink.Received.Count;
            await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
            times.AddRange(Enumerable.Repeat(second, sink.Received.Count - before));
        }

        Assert.That(sink.Received, Is.EqualTo(["churn:2", "churn:2", "churn:2", "churn:2", "churn:3"]));
        Assert.That(times, Is.EqualTo([0, 5, 15, 35, 35]));
        Assert.That(
            _log.Collector.GetSnapshot()[0].Message,
            Is.EqualTo("The sink 's' could not deliver the event churn:2 (failures: 1). broken The next attempt is at 2026-05-04 00:00:05Z or later. "
                + "Later events of the model wait."));
        Assert.That(await ReadAsync("s"), Has.Property("Failures").EqualTo(0).And.Property("NotBefore").Null.And.Property("ClaimedUntil").Null);
    }

    [Test]
    public async Task The_receiver_can_request_a_longer_delay_up_to_an_hour()
    {
        var sink = new ScriptedSink("s", static (_, _) => Task.FromResult(new DeliveryResult(DeliveryStatus.Failed, "", TimeSpan.FromDays(9))));
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That((await ReadAsync("s")).NotBefore, Is.EqualTo(_clock.GetUtcNow().AddHours(1)));
    }

    [Test]
    public async Task A_failing_sink_does_not_delay_another_sink()
    {
        var (failing, other) = (new ScriptedSink("failing", static (_, _) => throw new InvalidOperationException()), new ScriptedSink("other"));
        var instance = CreateInstance();
        foreach (var sink in new[] { failing, other, failing, other })
        {
            await instance.DeliverAsync(sink, Model, TimeSpan.Zero, default);
            await RaiseAsync(sink.Name + _hours);
        }

        Assert.That((failing.Received.Count, other.Received.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_lasting_failure_is_an_error_and_is_still_repeated()
    {
        var sink = new ScriptedSink("s", static (_, _) => Task.FromResult(new DeliveryResult(DeliveryStatus.Failed, "down")));
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");
        for (var attempt = 0; attempt < 7; attempt++, _clock.Advance(TimeSpan.FromMinutes(6)))
        {
            await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        }

        Assert.That(sink.Received, Has.Count.EqualTo(7));
        Assert.That(_log.Collector.GetSnapshot().Select(static entry => entry.Level), Is.EqualTo(
            Enumerable.Repeat(LogLevel.Warning, 4).Concat(Enumerable.Repeat(LogLevel.Error, 3))));
    }

    [Test]
    public async Task A_refused_event_is_dropped_after_five_attempts_and_the_next_event_is_delivered()
    {
        var sink = new ScriptedSink("s", static (item, _) => Task.FromResult(
            item.Sequence == 2 ? new DeliveryResult(DeliveryStatus.Rejected, "The receiver answered with status 404.") : DeliveryResult.Delivered));
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a", "b");
        for (var attempt = 0; attempt < 5; attempt++, _clock.Advance(TimeSpan.FromMinutes(6)))
        {
            await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        }

        Assert.That(sink.Received, Is.EqualTo(["churn:2", "churn:2", "churn:2", "churn:2", "churn:2", "churn:3"]));
        Assert.That(_log.LatestRecord.Message, Does.StartWith("The receiver of the sink 's' refused the event churn:2 5 times."));
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Error));
    }

    [Test]
    public async Task A_sink_that_does_not_return_is_abandoned_after_the_time_limit()
    {
        var started = new TaskCompletionSource();
        var sink = new ScriptedSink("s", (_, _) =>
        {
            started.SetResult();
            return new TaskCompletionSource<DeliveryResult>().Task;
        });
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");

        var delivery = CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await started.Task;
        _clock.Advance(AlertDispatcher.SendTimeout);
        await delivery;

        Assert.That(_log.LatestRecord.Message, Does.Contain("The sink did not complete within 00:00:30."));
    }

    [Test]
    public async Task A_host_that_stops_releases_its_claim_so_that_another_instance_delivers_at_once()
    {
        using var stopping = new CancellationTokenSource();
        var sink = new ScriptedSink("s", async (_, token) =>
        {
            await stopping.CancelAsync();
            token.ThrowIfCancellationRequested();
            return DeliveryResult.Delivered;
        });
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");

        await Assert.CatchAsync<OperationCanceledException>(() => CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, stopping.Token));
        var other = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(other, Model, TimeSpan.Zero, default);

        Assert.That(other.Received, Is.EqualTo(["churn:2"]));
    }

    [Test]
    public async Task A_sink_whose_receiver_is_gone_keeps_its_position()
    {
        var sink = new ScriptedSink("s", static (_, _) => Task.FromResult(new DeliveryResult(DeliveryStatus.Gone, "status 410")));
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        sink.IsGone = true;
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        var repaired = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(repaired, Model, TimeSpan.Zero, default);

        Assert.That((sink.Received, repaired.Received), Is.EqualTo((new[] { "churn:2" }, new[] { "churn:2" })));
        Assert.That(_log.LatestRecord.Message, Does.StartWith("The receiver of the sink 's' accepts no further events; the event churn:2 was not delivered."));
    }

    [TestCase("{ \"format\": 1, \"deliv")]
    [TestCase("null")]
    [TestCase("")]
    public async Task A_damaged_position_is_reported_and_replaced(string text)
    {
        var sink = new ScriptedSink("s");
        await RaiseAsync("a");
        await _store.WriteTextAsync(DeliveryPositions.PathOf(Model, "s"), text);

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("b");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:3"]));
        Assert.That(_log.LatestRecord.Message, Does.StartWith("The delivery position 'monitoring/churn/alerts/s.json' is damaged and will be replaced."));
    }

    [Test]
    public async Task A_position_of_a_newer_version_of_the_library_is_not_replaced()
    {
        await _store.WriteTextAsync(
            DeliveryPositions.PathOf(Model, "s"), """{ "format": 2, "delivered": 1, "nonce": "2f1c7a52-9d0e-4c3f-9f64-2f6a5f1d2c11" }""");

        var thrown = await Assert.ThrowsAsync<DocumentFormatException>(
            () => CreateInstance().DeliverAsync(new ScriptedSink("s"), Model, TimeSpan.Zero, default));

        Assert.That(thrown!.Message, Does.Contain("Update MlOps.Monitoring."));
    }

    [Test]
    public async Task A_position_after_the_end_of_the_log_is_reported_and_set_to_the_end()
    {
        var sink = new ScriptedSink("s");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await WriteAsync("s", await ReadAsync("s") with { Delivered = 100 });

        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);
        await RaiseAsync("a");
        await CreateInstance().DeliverAsync(sink, Model, TimeSpan.Zero, default);

        Assert.That(sink.Received, Is.EqualTo(["churn:2"]));
        Assert.That(_log.LatestRecord.Message, Does.StartWith("The delivery position 'monitoring/churn/alerts/s.json' is at event 100, but the model"));
    }

    private AlertDispatcher CreateInstance() => new(new ModelRegistry(_store, timeProvider: _clock), _store, _clock, _log);

    private async Task RaiseAsync(params string[] subjects)
    {
        foreach (var subject in subjects)
        {
            await _registry.RaiseAlertAsync(Model, Alert(subject));
        }
    }

    private ModelAlert Alert(string subject) => AlertSamples.Drift(_clock.GetUtcNow().AddHours(++_hours), subject);

    private async Task<DeliveryPosition> ReadAsync(string sink) =>
        (await new DeliveryPositions(_store, _log).ReadAsync(DeliveryPositions.PathOf(Model, sink), default)).Position!;

    private async Task WriteAsync(string sink, DeliveryPosition position)
    {
        var path = DeliveryPositions.PathOf(Model, sink);
        var eTag = (await _store.FindAsync(path))!.ETag;
        Assert.That(await new DeliveryPositions(_store, _log).TryWriteAsync(path, position, eTag, default), Is.Not.Null);
    }
}
