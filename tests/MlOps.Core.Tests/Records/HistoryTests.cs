using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Records;

/// <summary>Every kind of record has a history with actor, time and reason, and one setting provides the default actor.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HistoryTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;

    public HistoryTests() => _services = new ServiceCollection().AddMlOps(static options =>
    {
        options.Storage.Provider = InMemoryArtifactStore.DefaultKey;
        options.Actor = "trainer";
    }).Services.Configure<TrackingOptions>(options => (options.CaptureGit, options.SpoolFolder) = (false, _folder.Path)).BuildServiceProvider();

    private IExperimentTracker Tracker => _services.GetRequiredService<IExperimentTracker>();

    private IExperimentStore Experiments => _services.GetRequiredService<IExperimentStore>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task An_experiment_has_a_history()
    {
        await Experiments.ChangeAsync("iris", new ExperimentChange { Description = "Flowers" });
        await Experiments.ChangeAsync("iris", new ExperimentChange { IsDeleted = true, Actor = "ada", Reason = "done" });

        var history = await Experiments.ReadHistoryAsync("iris").Cast<ExperimentEvent>().ToListAsync();

        Assert.That(
            history.Select(static entry => (entry.Sequence, entry.Actor, entry.Reason, entry.Description, entry.IsDeleted)),
            Is.EqualTo([(1L, "trainer", (string?)null, (string?)"Flowers", (bool?)null), (2L, "ada", "done", null, true)]));
        Assert.That(await Experiments.ReadHistoryAsync("none").AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_run_has_a_history_with_the_actors_of_changes_from_inside_and_outside()
    {
        var run = await Tracker.StartRunAsync("iris");
        await run.ChangeAsync(new RunChange { Note = "mine" });
        await run.ChangeAsync(new RunChange { Note = "hers", Actor = "ada", Reason = "review" });
        await run.EndAsync();
        await run.DisposeAsync();
        await Tracker.ChangeRunAsync(run.Info.Id, new RunChange { IsDeleted = true, Actor = "linus" });

        var history = await Tracker.ReadHistoryAsync(run.Info.Id).Cast<RunEvent>().ToListAsync();

        Assert.That(
            history.Select(static entry => (entry.Kind, entry.Actor, entry.Reason)),
            Is.EqualTo(
            [
                (RunEventKind.Started, "trainer", (string?)null),
                (RunEventKind.Changed, "trainer", null),
                (RunEventKind.Changed, "ada", "review"),
                (RunEventKind.Ended, "trainer", null),
                (RunEventKind.Changed, "linus", null),
            ]));
        Assert.That(await Tracker.ReadHistoryAsync(new string('0', 32)).AnyAsync(), Is.False);
    }

    [Test]
    public async Task An_event_prints_its_number_time_actor_and_properties()
    {
        await Experiments.ChangeAsync("iris", new ExperimentChange { Description = "Flowers", Reason = "review" });

        var recorded = await Experiments.ReadHistoryAsync("iris").SingleAsync();

        Assert.That((recorded.Kind, recorded.Data.GetProperty("description").GetString()), Is.EqualTo(("changed", "Flowers")));
        Assert.That(
            recorded.ToString(),
            Does.Match("""^#1 [0-9-]{10} [0-9:]{8}Z trainer: \{"kind":"changed",.*"reason":"review".*\}$"""));
    }

    [Test]
    public async Task Steps_have_a_history_by_their_keys()
    {
        var runner = _services.GetRequiredService<IWorkflowRunner>();
        await using var run = await Tracker.StartRunAsync("iris");
        await runner.RunAsync(new Workflow("flow", [new() { Name = "fetch", CodeVersion = "1", Work = static (_, _) => Task.CompletedTask }]), run);

        var completed = await runner.ReadHistoryAsync("iris").Cast<StepEvent>().SingleAsync();

        Assert.That((completed.Kind, completed.Step, completed.RunId, completed.Actor), Is.EqualTo((StepEventKind.Completed, "fetch", run.Info.Id, "trainer")));
        Assert.That(completed.Key, Is.Not.EqualTo(default(Sha256Digest)));
        Assert.That(completed.Data.GetProperty("key").GetString(), Is.EqualTo(completed.Key.ToString()));
    }

    [Test]
    public async Task One_setting_names_the_actor_of_all_records()
    {
        var file = Path.Combine(_folder.Path, "a.txt");
        await File.WriteAllTextAsync(file, "1");

        var version = await _services.GetRequiredService<IModelRegistry>().RegisterAsync("churn", new ModelRegistration { Format = "onnx", Files = [file] });
        var data = await _services.GetRequiredService<IDatasetStore>().SnapshotAsync("flights", file);
        await using var run = await Tracker.StartRunAsync("iris");

        Assert.That((version.Actor, data.Actor, run.Info.Actor), Is.EqualTo(("trainer", "trainer", "trainer")));
    }

    [TestCase(300)]
    [TestCase(1)]
    public async Task Every_kind_of_record_refuses_the_same_names_of_tags(int length)
    {
        var file = Path.Combine(_folder.Path, "a.txt");
        await File.WriteAllTextAsync(file, "1");
        await _services.GetRequiredService<IModelRegistry>().CreateAsync("churn");
        await _services.GetRequiredService<IDatasetStore>().SnapshotAsync("flights", file);
        await using var run = await Tracker.StartRunAsync("iris");
        var name = length == 1 ? "a\nb" : new string('a', length);
        Func<Task>[] changes =
        [
            () => _services.GetRequiredService<IModelRegistry>().TagAsync("churn", name, "v"),
            () => _services.GetRequiredService<IDatasetStore>().TagAsync("flights", name, "v"),
            () => run.TagAsync(name, "v"),
            () => Experiments.ChangeAsync("iris", new ExperimentChange { Tags = new Dictionary<string, string?> { [name] = "v" } }),
        ];

        foreach (var change in changes)
        {
            Assert.That((await Assert.ThrowsAsync<ArgumentException>(change))!.Message, Does.Contain("cannot be the name of a tag"));
        }
    }

    [Test]
    public async Task Experiments_have_different_ids_that_never_change()
    {
        var first = await Experiments.ChangeAsync("one", new ExperimentChange());
        var second = await Experiments.ChangeAsync("two", new ExperimentChange());
        var changed = await Experiments.ChangeAsync("one", new ExperimentChange { Description = "x" });

        Assert.That(first.Id, Is.InRange(1, 999_999_999_999_999_999).And.Not.EqualTo(second.Id));
        Assert.That(changed.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task Experiments_and_runs_are_changed_by_the_same_verbs()
    {
        await using (var run = await Tracker.StartRunAsync("iris"))
        {
            await run.EndAsync();
            await Experiments.RenameAsync("iris", "Flowers");
            await Experiments.TagAsync("iris", "stage", "draft");
            await Experiments.DescribeAsync("iris", "About flowers", reason: "asked", actor: "ada");
            await Experiments.DeleteAsync("iris");
            await Experiments.RestoreAsync("iris");
            await Tracker.RenameRunAsync(run.Info.Id, "first");
            await Tracker.TagRunAsync(run.Info.Id, "stage", "draft");
            await Tracker.DescribeRunAsync(run.Info.Id, "A note", reason: "asked", actor: "ada");
            await Tracker.DeleteRunAsync(run.Info.Id);
            await Tracker.RestoreRunAsync(run.Info.Id);
        }

        var experiment = (await Experiments.TagAsync("iris", "stage", null))!;
        var found = await Tracker.SearchRunsAsync(new RunQuery { Experiments = ["iris"] }).SingleAsync();

        Assert.That(
            (experiment.DisplayName, experiment.Description, experiment.Tags.Count, experiment.IsDeleted), Is.EqualTo(("Flowers", "About flowers", 0, false)));
        Assert.That((found.Name, found.Note, found.Tags["stage"], found.IsDeleted), Is.EqualTo(("first", "A note", "draft", false)));
        Assert.That((await Experiments.ReadHistoryAsync("iris").SingleAsync(static entry => entry.Actor == "ada")).Reason, Is.EqualTo("asked"));
        Assert.That((await Tracker.ReadHistoryAsync(found.Id).SingleAsync(static entry => entry.Actor == "ada")).Reason, Is.EqualTo("asked"));
    }
}
