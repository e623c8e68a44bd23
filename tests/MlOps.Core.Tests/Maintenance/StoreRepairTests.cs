using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Maintenance;

/// <summary>Repairs of damaged records, which are made only on request.</summary>
[TestFixture(false)]
[TestFixture(true)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StoreRepairTests : IDisposable
{
    private static readonly ArtifactPath s_record = ArtifactPath.Parse("datasets/d");
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _provider;
    private readonly IArtifactStore _store;

    public StoreRepairTests(bool onDisk)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        services.AddLogging(static logging => logging.AddFakeLogging());
        services.Configure<TrackingOptions>(options =>
        {
            options.CaptureGit = false;
            options.SpoolFolder = Path.Combine(_folder.Path, "spool");
        });
        services.AddMlOps(options => options.Storage.Provider = onDisk ? "disk" : "Memory")
            .AddLocalDiskStorage("disk", options => options.Root = Path.Combine(_folder.Path, "store"));
        _provider = services.BuildServiceProvider();
        _store = _provider.GetRequiredService<IArtifactStore>();
    }

    private IStoreMaintenance Maintenance => _provider.GetRequiredService<IStoreMaintenance>();

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task An_intact_store_needs_no_repair()
    {
        await PrepareAsync(3);

        Assert.That(await Maintenance.RepairAsync(), Is.Empty);
    }

    [Test]
    public async Task The_events_after_a_fork_are_moved_aside_and_the_log_continues_before_it()
    {
        await PrepareAsync(4);
        var other = await _store.ReadTextAsync(EventPath.Of(s_record, 3));
        await _store.WriteTextAsync(
            EventPath.Of(s_record, 3),
            other.Replace("\"previous\":\"", "\"previous\":\"0", StringComparison.Ordinal).Replace("0\",\"nonce", "\",\"nonce", StringComparison.Ordinal));
        var fork = (await _store.ReadTextAsync(EventPath.Of(s_record, 3)))!;
        var before = await SnapshotAsync();

        var planned = await Maintenance.RepairAsync();

        Assert.That(planned.Select(static action => action.Kind), Is.EqualTo([RepairKind.TruncateLog, RepairKind.ArchiveRecord]));
        Assert.That(planned[0].Path, Is.EqualTo(EventPath.Of(s_record, 3)));
        Assert.That(planned[0].Consequence, Does.Contain("dataset 'd'").And.Contain("after event 2").And.Contain("events 3 to 4"));
        Assert.That(await SnapshotAsync(), Is.EqualTo(before), "a dry run changes nothing");
        var done = await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.TruncateLog, RepairKind.ArchiveRecord] });
        Assert.That(done.Single().Path, Is.EqualTo(EventPath.Of(s_record, 3)));
        Assert.That((await Maintenance.VerifyAsync()).Faults, Is.Empty);
        var aside = await _store.ListAsync(s_record.Append("aside")).Select(static entry => entry.Path).ToListAsync();
        Assert.That(aside.Select(static path => path.Name), Is.EqualTo(new[] { $"{3:D20}.json", $"{4:D20}.json" }));
        Assert.That(await _store.ReadTextAsync(aside[0]), Is.EqualTo(fork));
        Assert.That(
            _provider.GetFakeLogCollector().GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Select(static record => record.Message),
            Has.One.Contains("TruncateLog"));
        await TagAsync(9);
        Assert.That(await _store.FindAsync(EventPath.Of(s_record, 3)), Is.Not.Null);
        Assert.That((await Maintenance.VerifyAsync()).Faults, Is.Empty);
        Assert.That((await Maintenance.CollectGarbageAsync()).Damaged, Is.Empty);
    }

    [Test]
    public async Task Events_after_a_missing_one_are_moved_aside()
    {
        await PrepareAsync(4);
        await _store.DeleteAsync(EventPath.Of(s_record, 2));

        var done = await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.TruncateLog] });

        Assert.That(done.Single().Path, Is.EqualTo(EventPath.Of(s_record, 3)));
        Assert.That((await Maintenance.VerifyAsync()).Faults, Is.Empty);
    }

    [Test]
    public async Task A_record_whose_first_event_is_damaged_is_set_aside_as_a_whole()
    {
        await PrepareAsync(2);
        await _store.WriteTextAsync(EventPath.Of(s_record, 1), "{");

        Assert.That(await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.TruncateLog] }), Is.Empty);
        var done = await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.ArchiveRecord] });

        Assert.That(done.Single().Path, Is.EqualTo(s_record));
        Assert.That((await Maintenance.VerifyAsync()).Faults, Is.Empty);
        Assert.That(await Datasets().FindAsync("d"), Is.Null);
        Assert.That(await _store.ListAsync(s_record.Append("aside")).CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Events_of_a_newer_version_are_not_repaired()
    {
        await PrepareAsync(2);
        var last = EventPath.Of(s_record, 2);
        await _store.WriteTextAsync(last, (await _store.ReadTextAsync(last)).Replace("\"change\"", "\"frozen\"", StringComparison.Ordinal));

        Assert.That((await Maintenance.VerifyAsync()).IsSound, Is.False);
        Assert.That(await Maintenance.RepairAsync(), Is.Empty);
    }

    [Test]
    public async Task A_wrong_checkpoint_is_deleted()
    {
        await PrepareAsync(2);
        var checkpoint = s_record.Append("checkpoint.json");
        await _store.WriteTextAsync(checkpoint, "{");

        Assert.That((await Maintenance.RepairAsync()).Single().Kind, Is.EqualTo(RepairKind.DeleteCheckpoint));
        await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.DeleteCheckpoint] });

        Assert.That(await _store.FindAsync(checkpoint), Is.Null);
    }

    [Test]
    public async Task A_damaged_or_selected_step_is_reset([Values] bool isDamaged)
    {
        var record = await RunStepAsync(StepStatus.Ran);
        if (isDamaged)
        {
            await _store.WriteTextAsync(EventPath.Of(record, 1), "{");
        }
        else
        {
            Assert.That(await Maintenance.RepairAsync(), Is.Empty);
        }

        var done = await Maintenance.RepairAsync(new RepairOptions { DryRun = false, Kinds = [RepairKind.ResetStep], Record = record });

        Assert.That(done.Single().Path, Is.EqualTo(record));
        Assert.That((await Maintenance.VerifyAsync()).Faults, Is.Empty);
        await RunStepAsync(StepStatus.Ran);
        await RunStepAsync(StepStatus.Restored);
    }

    [Test]
    public async Task A_repair_without_kinds_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Maintenance.RepairAsync(new RepairOptions { DryRun = false }));

    /// <summary>Creates a dataset with a number of events. Another process reads it, so its state is not in memory.</summary>
    private async Task PrepareAsync(int events)
    {
        var file = Path.Combine(_folder.Path, "file.txt");
        await File.WriteAllTextAsync(file, "text");
        await Datasets().SnapshotAsync("d", file);
        for (var number = 1; number < events; number++)
        {
            await TagAsync(number);
        }
    }

    private async Task TagAsync(int number) => await Datasets().TagAsync("d", "number", $"{number}");

    private IDatasetStore Datasets()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_store);
        services.AddMlOps();
        return services.BuildServiceProvider().GetRequiredService<IDatasetStore>();
    }

    private async Task<ArtifactPath> RunStepAsync(StepStatus expected)
    {
        await using var run = await _provider.GetRequiredService<IExperimentTracker>().StartRunAsync("e", new RunStart());
        var step =
            new WorkflowStep
            {
                Name = "s",
                CodeVersion = "1",
                Work = static (context, token) => File.WriteAllTextAsync(Path.Combine(context.Folder, "f"), "x", token),
            };
        var result = await _provider.GetRequiredService<IWorkflowRunner>().RunAsync(new Workflow("w", [step]), run);
        await run.EndAsync();
        Assert.That(result.Steps.Single().Status, Is.EqualTo(expected));
        var first = await _store.ListAsync(ArtifactPath.Parse("experiments/e/steps")).FirstAsync();
        return ArtifactPath.Parse(string.Join('/', first.Path.ToString().Split('/')[..4]));
    }

    private async Task<List<(ArtifactPath, string)>> SnapshotAsync() => await _store.ListAsync().Select(static entry => (entry.Path, entry.ETag)).ToListAsync();
}
