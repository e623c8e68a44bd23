using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Tracking;

public sealed class RunResumeTests : TrackingFixture
{
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(61);

    [Test]
    public async Task A_run_of_a_stopped_process_is_interrupted_and_can_be_resumed()
    {
        var id = await DieAsync();
        var other = CreateLaboratory();
        Clock.Advance(s_silence);

        Assert.That(await other.SearchAsync("status = 'interrupted'"), Is.EqualTo(new[] { "dies" }));
        Assert.That((await other.Tracker.FindRunAsync(id))!.Status, Is.EqualTo(RunStatus.Interrupted));
        await using (var resumed = await other.Tracker.ResumeRunAsync(id))
        {
            Assert.That(resumed.Info.Status, Is.EqualTo(RunStatus.Running));
            resumed.LogMetric("loss", 0.5, 2);
            await resumed.EndAsync();
        }

        var run = (await other.Tracker.FindRunAsync(id))!;
        Assert.That((run.Status, run.Metrics["loss"], run.Metrics["first"]), Is.EqualTo((RunStatus.Finished, 0.5, 9)));
        Assert.That(
            await (await other.Tracker.OpenRunAsync(run)).ReadMetricsAsync("loss").Select(static point => point.Step).ToListAsync(),
            Is.EqualTo(new long?[] { 1, 2 }));
    }

    [Test]
    public async Task A_run_that_is_alive_cannot_be_resumed()
    {
        await using var run = await Tracker.StartRunAsync("iris");

        var exception = await Assert.ThrowsAsync<RunInUseException>(() => CreateLaboratory().Tracker.ResumeRunAsync(run.Info.Id));

        Assert.That(exception.Message, Does.Contain(run.Info.Id).And.Contain($"process {Environment.ProcessId} on {Environment.MachineName}"));
    }

    [Test]
    public async Task A_heartbeat_keeps_a_run_alive_and_delivers_its_metrics()
    {
        await using var run = await Tracker.StartRunAsync("iris", "long");
        var other = CreateLaboratory();
        for (var beat = 1; beat <= 10; beat++)
        {
            run.LogMetric("loss", beat, beat);
            Clock.Advance(TimeSpan.FromSeconds(15));
            await Until.IsTrueAsync(async () => (await other.Tracker.FindRunAsync(run.Info.Id))!.Metrics.GetValueOrDefault("loss") >= beat);
        }

        Assert.That((await other.Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Running));
        Assert.That(await other.SearchAsync("status = 'running' and metrics.loss = 10"), Is.EqualTo(new[] { "long" }));
    }

    [Test]
    public async Task Heartbeats_continue_during_a_slow_delivery_at_the_end()
    {
        var store = new StoreWithSlowMetrics(Store);
        await using var slow = new Laboratory(store, Clock, Path.Combine(Folder.Path, "slow"));
        await using var run = await slow.Tracker.StartRunAsync("iris", "slow");
        run.LogMetric("loss", 1);

        var ending = run.EndAsync();
        await store.Begun;
        for (var beat = 1; beat <= 10; beat++)
        {
            Clock.Advance(TimeSpan.FromSeconds(15));
            await Until.IsTrueAsync(async () => await HeardAsync(run.Info.Id) >= Clock.GetUtcNow());
        }

        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Running));
        Assert.That(await Lab.SearchAsync("status = 'running'"), Is.EqualTo(new[] { "slow" }));
        store.Release();
        await ending;
        Assert.That(await Lab.SearchAsync("status = 'finished'"), Is.EqualTo(new[] { "slow" }));
    }

    [Test]
    public async Task The_second_of_two_concurrent_resumptions_is_rejected()
    {
        var id = await DieAsync();
        Clock.Advance(s_silence);
        var processes = Enumerable.Range(0, 8).Select(_ => CreateLaboratory()).ToArray();

        var outcomes = await Task.WhenAll(processes.Select(process => Task.Run(async () =>
        {
            try
            {
                return (Run: (IRun?)await process.Tracker.ResumeRunAsync(id), Refused: false);
            }
            catch (RunInUseException)
            {
                return (Run: null, Refused: true);
            }
        })));

        Assert.That(outcomes.Count(static outcome => outcome.Refused), Is.EqualTo(outcomes.Length - 1));
        await outcomes.Single(static outcome => !outcome.Refused).Run!.DisposeAsync();
    }

    [Test]
    public async Task A_resumed_run_is_alive_before_its_new_owner_writes_a_summary()
    {
        var id = await DieAsync();
        Clock.Advance(s_silence);
        var path = (await Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{id}"))
            .SingleAsync(static entry => entry.Path.Name.EndsWith(".json", StringComparison.Ordinal))).Path;
        var summary = await Store.ReadBytesAsync(path);
        await using var resumed = await CreateLaboratory().Tracker.ResumeRunAsync(id);
        await foreach (var entry in Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{id}")))
        {
            await Store.DeleteAsync(entry.Path);
        }

        await Assert.ThrowsAsync<RunInUseException>(() => CreateLaboratory().Tracker.ResumeRunAsync(id));
        await Store.WriteBytesAsync(path, summary);
        await Assert.ThrowsAsync<RunInUseException>(() => CreateLaboratory().Tracker.ResumeRunAsync(id));
        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That((await CreateLaboratory().Tracker.FindRunAsync(id))!.Status, Is.EqualTo(RunStatus.Running));
    }

    [Test]
    public async Task A_process_that_lost_its_lease_cannot_record()
    {
        await using var run = await Tracker.StartRunAsync("iris");
        Lab.Store.IsUnplugged = true;
        Clock.Advance(s_silence);
        Lab.Store.IsUnplugged = false;
        var other = await CreateLaboratory(("Tracking:HeartbeatInterval", "01:00:00")).Tracker.ResumeRunAsync(run.Info.Id);

        run.LogMetric("loss", 1, 1);
        await Assert.ThrowsAsync<RunInUseException>(() => run.LogParameterAsync("x", 1));
        await Assert.ThrowsAsync<RunInUseException>(() => run.EndAsync());
        await run.DisposeAsync();

        other.LogMetric("loss", 2, 2);
        await other.EndAsync();
        Assert.That(
            await (await Tracker.OpenRunAsync(other.Info)).ReadMetricsAsync().Select(static point => point.Value).ToListAsync(), Is.EqualTo(new[] { 2.0 }));
        await other.DisposeAsync();
        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task A_run_that_has_ended_can_be_resumed_and_ends_again()
    {
        var run = await RecordAsync("again", static run => run.LogMetric("loss", 1));

        await using (var resumed = await CreateLaboratory().Tracker.ResumeRunAsync(run.Id))
        {
            Assert.That((await Tracker.FindRunAsync(run.Id))!.Status, Is.EqualTo(RunStatus.Running));
            await resumed.EndAsync(RunStatus.Failed, new TimeoutException());
        }

        var read = (await Tracker.FindRunAsync(run.Id))!;
        Assert.That((read.Status, read.Failure!.Type, read.Metrics["loss"]), Is.EqualTo((RunStatus.Failed, "System.TimeoutException", 1)));
    }

    [TestCase("0123456789abcdef0123456789abcdef")]
    [TestCase("../../models/churn")]
    [TestCase("")]
    public async Task A_missing_run_throws(string id)
    {
        await RecordAsync("other");

        Assert.That(await Tracker.FindRunAsync(id), Is.Null);
        await Assert.ThrowsAsync<RunNotFoundException>(() => Tracker.ResumeRunAsync(id));
        await Assert.ThrowsAsync<RunNotFoundException>(() => Tracker.ChangeRunAsync(id, new RunChange { Note = "x" }));
    }

    /// <summary>Reads the time of the last heartbeat of a run.</summary>
    private async Task<DateTimeOffset> HeardAsync(string id)
    {
        var summaries = Store.ListAsync(ArtifactPath.Parse($"experiments/iris/summaries/{id}")).Select(static entry => entry.Path);
        return await summaries.FirstOrDefaultAsync(static path => path.Name.EndsWith(".json", StringComparison.Ordinal)) is not { } path
            ? DateTimeOffset.MinValue
            : JsonDocument.Parse(await Store.ReadBytesAsync(path)).RootElement.GetProperty("time").GetDateTimeOffset();
    }

    /// <summary>Starts a run in a process that sends no more heartbeats.</summary>
    private async Task<string> DieAsync()
    {
        var process = CreateLaboratory();
        var run = await process.Tracker.StartRunAsync("iris", "dies");
        run.LogMetric("first", 9);
        run.LogMetric("loss", 1, 1);
        Clock.Advance(TimeSpan.FromSeconds(15));
        await Until.IsTrueAsync(async () => (await Tracker.FindRunAsync(run.Info.Id))!.Metrics.ContainsKey("loss"));
        process.Store.IsUnplugged = true;
        await run.DisposeAsync();
        return run.Info.Id;
    }

    /// <summary>A store that blocks writes of metrics until it is released.</summary>
    private sealed class StoreWithSlowMetrics(IArtifactStore inner) : DelegatingStore(inner)
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void Release() => _released.SetResult();

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path)
        {
            if (call != StoreCall.Write || !path!.ToString().Contains("/metrics/", StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            _begun.TrySetResult();
            return _released.Task;
        }
    }
}
