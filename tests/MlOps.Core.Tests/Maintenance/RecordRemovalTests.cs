using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MlOps.Content;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Maintenance;

/// <summary>Removal of deleted runs, experiments and steps, and of records that a retention rule does not keep.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecordRemovalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ServiceProvider _provider;
    private readonly IExperimentTracker _tracker;
    private readonly IArtifactStore _store;

    public RecordRemovalTests(bool onDisk)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.Configure<TrackingOptions>(options =>
        {
            options.CaptureGit = false;
            options.SpoolFolder = Path.Combine(_folder.Path, "spool");
        });
        services.AddMlOps(options => options.Storage.Provider = onDisk ? "disk" : "Memory")
            .AddLocalDiskStorage("disk", options => options.Root = Path.Combine(_folder.Path, "store"));
        _provider = services.BuildServiceProvider();
        _tracker = _provider.GetRequiredService<IExperimentTracker>();
        _store = _provider.GetRequiredService<IArtifactStore>();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_deleted_experiment_is_removed_with_its_runs_and_steps_by_default()
    {
        await RecordAsync("a");
        await RecordAsync("b");
        await foreach (var run in _tracker.SearchRunsAsync(new RunQuery { Experiments = ["e"] }))
        {
            await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = true });
        }

        await DeleteExperimentAsync();

        var removing = await CollectAsync();
        Assert.That(
            removing.Removed.Select(static record => record.Action).Order(),
            Is.EqualTo([GarbageAction.RunPurged, GarbageAction.RunPurged, GarbageAction.StepReset, GarbageAction.StepReset]));
        Assert.That((await CollectAsync()).Content.Files, Is.Zero);
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
        Assert.That((await CollectAsync()).RemovedCount, Is.Zero);
    }

    [Test]
    public async Task A_run_goes_with_its_experiment()
    {
        await RecordAsync("a");
        await DeleteExperimentAsync();

        await CollectAsync();

        Assert.That((await CollectAsync()).Content.Files, Is.Zero);
    }

    [Test]
    public async Task A_restored_experiment_keeps_its_runs()
    {
        var run = await RecordAsync("a");
        await DeleteExperimentAsync();
        _clock.Advance(TimeSpan.FromHours(23));
        await _provider.GetRequiredService<IExperimentStore>().ChangeAsync("e", new ExperimentChange { IsDeleted = false });

        await CollectAsync();
        await CollectAsync();

        await AssertWholeAsync(run);
    }

    [Test]
    public async Task A_deleted_run_can_be_restored_for_a_grace_period_and_not_later([Values] bool inTime)
    {
        var run = await RecordAsync("a");
        await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = true });
        _clock.Advance(TimeSpan.FromHours(inTime ? 23 : 25));

        var report = await _provider.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync();

        Assert.That(report.RemovedCount, Is.EqualTo(inTime ? 0 : 1));
        if (inTime)
        {
            await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = false });
            await CollectAsync();
            await CollectAsync();
            await AssertWholeAsync(run);
        }
        else
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = false }));
        }
    }

    [Test]
    public async Task Deleting_a_deleted_run_again_does_not_prolong_its_grace_period()
    {
        var run = await RecordAsync("a");
        for (var i = 0; i < 2; i++)
        {
            await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = true });
            _clock.Advance(TimeSpan.FromHours(13));
        }

        Assert.That((await _provider.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync()).RemovedCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_run_that_is_restored_during_a_collection_keeps_its_content_without_marks()
    {
        var run = await RecordAsync("a");
        await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = true });
        _clock.Advance(TimeSpan.FromDays(2));
        var (isRestored, log) = (false, ArtifactPath.Parse($"experiments/e/runs/{run.Id}/log"));
        var hooked = new HookedStore(_store)
        {
            Before = async (call, path) =>
            {
                if (!isRestored && call == StoreCall.Write && path!.IsBelow(log))
                {
                    isRestored = true;
                    await _tracker.ChangeRunAsync(run.Id, new RunChange { IsDeleted = false });
                }
            },
        };
        await using var lab = new Laboratory(hooked, _clock, Path.Combine(_folder.Path, "other"));

        var report = await lab.Get<IStoreMaintenance>().CollectGarbageAsync();

        Assert.That(isRestored, Is.True);
        Assert.That((report.RemovedCount, report.Marked.Files), Is.EqualTo((0L, 0L)));
        await AssertWholeAsync(run);
    }

    [Test]
    public async Task A_purged_run_keeps_only_its_history()
    {
        var run = await RecordAsync("a");
        Assert.That(
            (await Assert.ThrowsAsync<InvalidOperationException>(() => _tracker.PurgeRunAsync(run.Id)))!.Message, Does.Contain("Call DeleteRunAsync first"));
        await _tracker.DeleteRunAsync(run.Id);
        await _tracker.PurgeRunAsync(run.Id, "personal data");

        Assert.That(await _tracker.FindRunAsync(run.Id), Is.Null);
        Assert.That(await _tracker.SearchRunsAsync(new RunQuery { Experiments = ["e"], Lifecycle = RunLifecycle.All }).CountAsync(), Is.Zero);
        await Assert.ThrowsAsync<RunNotFoundException>(() => _tracker.OpenRunAsync(run));
        await Assert.ThrowsAsync<RunNotFoundException>(() => _tracker.PurgeRunAsync(run.Id));
        Assert.That(await _store.ListAsync(ArtifactPath.Parse($"experiments/e/runs/{run.Id}/metrics")).AnyAsync(), Is.False);
        var last = await _tracker.ReadHistoryAsync(run.Id).Cast<RunEvent>().LastAsync();
        Assert.That((last.Kind, last.Reason), Is.EqualTo((RunEventKind.Purged, "personal data")));
        await CollectAsync();
        await CollectAsync();
        Assert.That(await HasArtifactAsync("a"), Is.False);
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }

    [Test]
    public async Task A_run_under_way_is_not_purged()
    {
        await using var run = await _tracker.StartRunAsync("e", new RunStart());

        await Assert.ThrowsAsync<RunInUseException>(() => _tracker.PurgeRunAsync(run.Info.Id));
        await Assert.ThrowsAsync<RunInUseException>(() => run.ChangeAsync(new RunChange { IsPurged = true }));
        await Assert.ThrowsAsync<ArgumentException>(() => _tracker.ChangeRunAsync(run.Info.Id, new RunChange { IsPurged = true, Name = "n" }));
        await run.EndAsync();
    }

    [Test]
    public async Task Retention_keeps_the_last_runs_and_those_that_a_model_needs()
    {
        var (oldest, needed, third, newest) = (await RecordAsync("a"), await RecordAsync("b"), await RecordAsync("c"), await RecordAsync("d"));
        var file = Path.Combine(_folder.Path, "m.onnx");
        await File.WriteAllTextAsync(file, "m");
        await _provider.GetRequiredService<IModelRegistry>().RegisterAsync(
            "m", new ModelRegistration { Format = "onnx", Files = [file], Lineage = new ModelLineage { RunId = needed.Id } });
        var options = new GarbageCollectionOptions { RunRetention = new RetentionRule { Last = 2 } };

        var planned = await CollectAsync(new GarbageCollectionOptions { RunRetention = options.RunRetention, DryRun = true });
        var report = await CollectAsync(options);

        Assert.That(report.Removed.Select(static record => record.Path.Name), Is.EqualTo([oldest.Id]));
        Assert.That(planned.Removed.Select(static item => item.ToString()), Is.EqualTo(report.Removed.Select(static item => item.ToString())));
        var left = await _tracker.SearchRunsAsync(new RunQuery { Experiments = ["e"] }).Select(static run => run.Id).ToListAsync();
        Assert.That(left, Is.EquivalentTo([needed.Id, third.Id, newest.Id]));
        Assert.That((await _tracker.ReadHistoryAsync(oldest.Id).LastAsync()).Reason, Is.EqualTo("retention: not one of the last 2"));
        Assert.That(await HasArtifactAsync("a"), Is.True, "it can be restored");
        Assert.That((await CollectAsync(options)).Removed.Single().Action, Is.EqualTo(GarbageAction.RunPurged));
        await CollectAsync(options);
        Assert.That(await HasArtifactAsync("a"), Is.False);
    }

    [Test]
    public async Task Retention_by_age_keeps_younger_runs_and_the_newest()
    {
        await RecordAsync("a");
        var newest = await RecordAsync("b");
        var options = new GarbageCollectionOptions { RunRetention = new RetentionRule { Age = TimeSpan.FromDays(3) } };

        Assert.That((await CollectAsync(options)).RemovedCount, Is.Zero);
        Assert.That((await CollectAsync(options)).RemovedCount, Is.EqualTo(1));

        Assert.That((await _tracker.SearchRunsAsync(new RunQuery { Experiments = ["e"] }).SingleAsync()).Id, Is.EqualTo(newest.Id));
    }

    [Test]
    public async Task A_step_runs_again_after_retention_removed_its_outputs()
    {
        await RecordAsync("a");
        await RecordAsync("b");
        var options = new GarbageCollectionOptions { StepRetention = new RetentionRule { Last = 1 } };

        var report = await CollectAsync(options);

        Assert.That(report.Removed.Single().Action, Is.EqualTo(GarbageAction.StepReset));
        Assert.That(await RunStepAsync("b"), Is.EqualTo(StepStatus.Restored));
        Assert.That(await RunStepAsync("a"), Is.EqualTo(StepStatus.Ran));
    }

    [Test]
    public async Task Retention_deletes_old_metric_segments_of_sinks_and_nothing_else()
    {
        var writer = ArtifactPath.Parse("metrics/Store/20260301T120000000Z-0");
        var segments = new MetricSegments(_store, writer);
        MetricDataPoint[] points = [new MetricDataPoint(new MetricSeries("loss"), 1, _clock.GetUtcNow())];
        await segments.AppendAsync(points);
        await segments.AppendAsync(points);
        await _store.WriteTextAsync(writer.Append("notes.txt"), "not ours");
        var run = await RecordAsync("a");
        _clock.Advance(TimeSpan.FromDays(8));
        await segments.AppendAsync(points);
        var options = new GarbageCollectionOptions { MetricRetention = TimeSpan.FromDays(7), DryRun = true };

        var dry = await CollectAsync(options);
        Assert.That(await _store.ListAsync(writer).CountAsync(), Is.EqualTo(4));

        var report = await CollectAsync(new GarbageCollectionOptions { MetricRetention = TimeSpan.FromDays(7) });

        Assert.That(report.Removed.Select(static record => (record.Path.Name, record.Action)), Is.EqualTo(new[]
        {
            ("00000000000000000001-00000000000000000001.json.gz", GarbageAction.MetricSegmentDeleted),
            ("00000000000000000002-00000000000000000002.json.gz", GarbageAction.MetricSegmentDeleted),
        }));
        Assert.That(dry.Removed.Select(static record => record.Path), Is.EqualTo(report.Removed.Select(static record => record.Path)));
        Assert.That(await _store.ListAsync(writer).CountAsync(), Is.EqualTo(2));
        Assert.That(await (await _tracker.OpenRunAsync(run)).ReadMetricsAsync("loss").CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Retention_does_not_affect_writers()
    {
        var segments = new MetricSegments(_store, ArtifactPath.Parse("metrics/Store/20260301T120000000Z-0"));
        for (var step = 1; step <= 5; step++)
        {
            await segments.AppendAsync(new MetricDataPoint[] { new(new MetricSeries("loss"), 1, _clock.GetUtcNow(), step) });
            _clock.Advance(TimeSpan.FromDays(2));
        }

        await CollectAsync(new GarbageCollectionOptions { MetricRetention = TimeSpan.FromDays(7) });
        await segments.CompactAsync();
        await segments.AppendAsync(new MetricDataPoint[] { new(new MetricSeries("loss"), 1, _clock.GetUtcNow(), 6) });

        Assert.That(await MetricsArchive.ReadAsync(_store, "Store").Select(static point => point.Step).ToListAsync(), Is.EqualTo(new[] { 4, 5, 6 }));
    }

    [Test]
    public void A_rule_without_values_is_refused()
    {
        Assert.Throws<ArgumentException>(static () => _ = new GarbageCollectionOptions { RunRetention = new RetentionRule() });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _ = new RetentionRule { Last = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _ = new RetentionRule { Age = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => _ = new GarbageCollectionOptions { MetricRetention = TimeSpan.FromMinutes(59) });
    }

    /// <summary>Records a run with an artifact, a metric and a step.</summary>
    private async Task<Run> RecordAsync(string text)
    {
        _clock.Advance(TimeSpan.FromMinutes(1));
        return await _tracker.RunAsync("e", new RunStart(), async (run, token) =>
        {
            await run.LogTextAsync("artifact.txt", text, token);
            run.GetMetric("loss").Record(1);
            await RunAsync(run, text, token);
        });
    }

    private async Task<StepStatus> RunStepAsync(string text)
    {
        await using var run = await _tracker.StartRunAsync("e", new RunStart());
        var result = await RunAsync(run, text, default);
        await run.EndAsync();
        return result.Steps.Single().Status;
    }

    private Task<WorkflowResult> RunAsync(IRun run, string text, CancellationToken cancellationToken) =>
        _provider.GetRequiredService<IWorkflowRunner>().RunAsync(
        new Workflow("w", [new WorkflowStep
        {
            Name = "train",
            CodeVersion = text,
            Work = (context, token) => File.WriteAllTextAsync(Path.Combine(context.Folder, "out.txt"), "output " + text, token),
        }]),
        run,
        cancellationToken: cancellationToken);

    private Task<Experiment> DeleteExperimentAsync() =>
        _provider.GetRequiredService<IExperimentStore>().ChangeAsync("e", new ExperimentChange { IsDeleted = true });

    private Task<GarbageReport> CollectAsync(GarbageCollectionOptions? options = null)
    {
        _clock.Advance(TimeSpan.FromDays(2));
        return _provider.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync(options);
    }

    private Task<VerificationReport> VerifyAsync() => _provider.GetRequiredService<IStoreMaintenance>().VerifyAsync();

    private async Task<bool> HasArtifactAsync(string text) =>
        await _store.FindAsync(ContentStore.PathOf(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)))) is not null;

    private async Task AssertWholeAsync(Run run)
    {
        Assert.That(await _tracker.FindRunAsync(run.Id), Is.Not.Null);
        Assert.That(await HasArtifactAsync("a"), Is.True);
        Assert.That((await VerifyAsync()).Faults, Is.Empty);
    }
}
