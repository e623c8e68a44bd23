using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Verifies when a step is executed and when its outputs are restored.</summary>
public sealed class StepCacheTests : WorkflowFixture
{
    [Test]
    public async Task A_step_with_unchanged_inputs_is_restored_with_files_values_and_metrics()
    {
        WorkflowStep[] steps = [Step("prepare", files: [WriteData()]), Step("train", ["prepare"], setting: "10")];
        var first = await RunAsync(steps);
        var folder = Path.Combine(Folder.Path, "work");

        var second = await RunAsync(steps, new WorkflowRunOptions { Folder = folder });

        Assert.That((first.Done, second.Done), Is.EqualTo((new[] { "prepare", "train" }, Array.Empty<string>())));
        Assert.That(second.Result.Steps.Select(static step => (step.Status, step.RunId)), Is.All.EqualTo((StepStatus.Restored, first.Run.Id)));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(folder, "train", "below", "out.txt")), Is.EqualTo("train(prepare(5.1,setosa,),10)"));
        Assert.That(second.Result["train"].Outputs.Values["made by"], Is.EqualTo("train"));
        Assert.That(second.Run.Metrics["train/size"], Is.EqualTo(2));
    }

    [Test]
    public async Task The_location_of_input_files_is_ignored()
    {
        await RunAsync([Step("prepare", files: [WriteData()])]);
        var elsewhere = WriteData(file: Path.Combine(Folder.Path, "elsewhere", "iris.csv"));

        Assert.That((await RunAsync([Step("prepare", files: [elsewhere])])).Done, Is.Empty);
    }

    [TestCase("bytes of a file")]
    [TestCase("name of a file")]
    [TestCase("a file more in a folder")]
    [TestCase("parameter")]
    [TestCase("name of a parameter")]
    [TestCase("code version")]
    [TestCase("name of the step")]
    [TestCase("dataset version")]
    public async Task A_step_runs_again_if_a_dependency_changes(string change)
    {
        var datasets = Lab.Get<IDatasetStore>();
        var (one, two) = (await datasets.SnapshotAsync("iris", WriteData()), await datasets.SnapshotAsync("iris", WriteData("6.2,virginica")));
        WriteData();
        WriteData("x", Path.Combine(Folder.Path, "folder", "a.csv"));
        WorkflowStep Create(bool isChanged) => new()
        {
            Name = isChanged && change == "name of the step" ? "fetch" : "prepare",
            Files =
            [
                isChanged && change == "name of a file" ? WriteData(file: Path.Combine(Folder.Path, "data", "other.csv")) : DataFile,
                Path.Combine(Folder.Path, "folder"),
            ],
            Datasets = [isChanged && change == "dataset version" ? two.Reference : one.Reference],
            Parameters =
                new Dictionary<string, string> { [isChanged && change == "name of a parameter" ? "b" : "a"] = isChanged && change == "parameter" ? "2" : "1" },
            CodeVersion = isChanged && change == "code version" ? "2" : "1",
            Work = (context, _) =>
            {
                Done.Add(context.Folder);
                return Task.CompletedTask;
            },
        };
        await RunAsync([Create(isChanged: false)]);
        Assert.That((await RunAsync([Create(isChanged: false)])).Done, Is.Empty);

        if (change == "bytes of a file")
        {
            WriteData("5.2,setosa");
        }
        else if (change == "a file more in a folder")
        {
            WriteData("", Path.Combine(Folder.Path, "folder", "b.csv"));
        }

        Assert.That((await RunAsync([Create(isChanged: true)])).Done, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_step_runs_again_if_a_version_of_a_dataset_has_other_data_after_the_restore_of_an_older_copy()
    {
        await Lab.Get<IDatasetStore>().SnapshotAsync("iris", WriteData());
        var step = new WorkflowStep
        {
            Name = "train",
            CodeVersion = "1",
            Datasets = [new("iris", 1)],
            Work = (_, _) =>
            {
                Done.Add("train");
                return Task.CompletedTask;
            },
        };
        await RunAsync([step]);
        foreach (var path in (await ListAsync("datasets")).Concat(await ListAsync("index")))
        {
            await Store.DeleteAsync(ArtifactPath.Parse(path));
        }

        await using var lab = new Laboratory(Store, Clock, Path.Combine(Folder.Path, "other"));
        await lab.Get<IDatasetStore>().SnapshotAsync("iris", WriteData("6.2,virginica"));

        Assert.That((await RunAsync([step], lab: lab)).Done, Is.EqualTo(["train"]));
    }

    [Test]
    public async Task A_changed_parameter_reruns_only_the_dependent_steps()
    {
        WorkflowStep[] Create(string setting) =>
            [
                Step("fetch", files: [WriteData()]),
                Step("left", ["fetch"], setting: setting),
                Step("right", ["fetch"]),
                Step("join", ["left", "right"]),
                Step("alone", setting: "x"),
            ];
        await RunAsync(Create("1"));

        Assert.That((await RunAsync(Create("2"))).Done, Is.EqualTo(["left", "join"]));
    }

    [Test]
    public async Task Dependents_of_a_rerun_step_with_the_same_outputs_are_restored()
    {
        await RunAsync([Step("fetch", codeVersion: "1"), Step("train", ["fetch"])]);

        Assert.That((await RunAsync([Step("fetch", codeVersion: "2"), Step("train", ["fetch"])])).Done, Is.EqualTo(["fetch"]));
    }

    [Test]
    public async Task Files_that_change_after_the_function_returned_are_not_cached()
    {
        var changing = new ChangingStore(Store);
        await using var lab = new Laboratory(changing, Clock, Path.Combine(Folder.Path, "changing"));
        var step = new WorkflowStep
        {
            Name = "train",
            CodeVersion = "1",
            Work = async (context, token) =>
            {
                var file = Path.Combine(context.Folder, "model.txt");
                await File.WriteAllTextAsync(file, "half", token);
                changing.Next = () => File.WriteAllText(file, "and the rest");
            },
        };

        var thrown = (await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([step], lab: lab)))!;

        Assert.That(thrown.Message, Does.Contain("were changed after its function returned"));
        Assert.That(await ListAsync($"experiments/{Experiment}/steps"), Is.Empty);
    }

    [Test]
    public async Task Steps_are_forced_all_or_by_name_and_an_unknown_name_is_refused()
    {
        WorkflowStep[] steps = [Step("fetch"), Step("train", ["fetch"])];
        await RunAsync(steps);

        Assert.That((await RunAsync(steps, new WorkflowRunOptions { Force = true })).Done, Is.EqualTo(["fetch", "train"]));
        Assert.That((await RunAsync(steps, new WorkflowRunOptions { ForcedSteps = ["train"] })).Done, Is.EqualTo(["train"]));
        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(steps, new WorkflowRunOptions { ForcedSteps = ["trian"] })))!;
        Assert.That((thrown.Message.Contains("'trian' cannot be forced", StringComparison.Ordinal), Done.Count), Is.EqualTo((true, 0)));
    }

    [TestCase("file")]
    [TestCase("missing file")]
    [TestCase("list of outputs")]
    [TestCase("missing list of outputs")]
    public async Task Damaged_outputs_are_detected_and_repaired(string damage)
    {
        WorkflowStep[] steps = [Step("fetch"), Step("train", ["fetch"])];
        var first = await RunAsync(steps);
        var digest =
            damage.EndsWith("file", StringComparison.Ordinal) ? first.Result["fetch"].Outputs.Files.Single().Sha256 : first.Result["fetch"].OutputDigest;
        var path = ArtifactPath.Parse($"blobs/sha256/{digest.ToString()[..2]}/{digest}");
        if (damage.StartsWith("missing", StringComparison.Ordinal))
        {
            await Store.DeleteAsync(path);
        }
        else
        {
            await Store.WriteTextAsync(path, "damaged");
        }

        var second = await RunAsync(steps);
        var third = await RunAsync(steps);

        Assert.That((second.Done, third.Done), Is.EqualTo((new[] { "fetch" }, Array.Empty<string>())), "what follows is restored, for the same came out");
        Assert.That(
            Lab.Logs.GetSnapshot().Count(static record => record.Message.Contains("outputs of step 'fetch'", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_step_with_an_unreadable_log_runs_again()
    {
        await RunAsync([Step("fetch")]);
        await Store.WriteTextAsync(ArtifactPath.Parse((await ListAsync($"experiments/{Experiment}/steps")).Single()), "{");

        var second = await RunAsync([Step("fetch")]);

        Assert.That(second.Done, Is.EqualTo(["fetch"]));
        Assert.That(
            Lab.Logs.GetSnapshot().Select(static record => record.Message),
            Has.Some.Contains("cannot be read. The step runs again").And.Some.Contains("cannot be cached"));
    }

    [Test]
    public async Task Two_processes_that_run_the_same_step_at_the_same_time_both_execute_it_and_share_one_entry()
    {
        var (one, two) = (new TestGate(), new TestGate());
        WorkflowStep Create(TestGate gate) => new()
        {
            Name = "train",
            CodeVersion = "1",
            Work = async (context, token) =>
            {
                await gate.PassAsync(token);
                await File.WriteAllTextAsync(Path.Combine(context.Folder, "model"), context.Run.Info.Id, token);
            },
        };

        var running = Task.WhenAll(RunAsync([Create(one)]), RunAsync([Create(two)], lab: CreateLaboratory()));
        await Task.WhenAll(one.Reached, two.Reached);
        one.Open();
        two.Open();
        var both = await running;
        var third = await RunAsync([Create(one)]);

        Assert.That(both.Select(static run => run.Result["train"].Status), Is.All.EqualTo(StepStatus.Ran));
        Assert.That(
            (third.Result["train"].Status, both.Select(static run => run.Run.Id).Contains(third.Result["train"].RunId)),
            Is.EqualTo((StepStatus.Restored, true)));
        Assert.That(
            third.Result["train"].Outputs.Files.Single().Sha256, Is.EqualTo(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(third.Result["train"].RunId!))));
        Assert.That((await ListAsync($"experiments/{Experiment}/steps")).Select(static path => path[^6..]), Is.EqualTo(["1.json", "2.json"]));
    }

    [Test]
    public async Task Outputs_are_not_restored_in_another_experiment()
    {
        await RunAsync([Step("fetch")]);
        await Tracker.RunAsync(
            "other", new RunStart(), (run, token) => Lab.Get<IWorkflowRunner>().RunAsync(new Workflow("flow", [Step("fetch")]), run, cancellationToken: token));

        Assert.That(Done, Is.EqualTo(["fetch", "fetch"]));
    }

    [Test]
    public async Task A_miss_costs_two_requests_at_most_and_a_hit_four()
    {
        var store = new CountingStore(Store);
        var cache = new StepCache(
            store,
            new Content.ContentStore(store, Clock),
            new StepRecords(store, new Content.ContentStore(store, Clock), "tester", Clock, NullLogger.Instance),
            NullLogger.Instance);
        var (result, _, _) = await RunAsync([Step("fetch")]);
        var key = result["fetch"].Key!.ToDigest();

        Assert.That(await cache.FindAsync(Experiment, Sha256Digest.Of("unknown"u8), CancellationToken.None), Is.Null);
        Assert.That(store.Requests, Is.EqualTo(2), "no record, and the store marker");
        store.Reset();
        var found = (await cache.FindAsync(Experiment, key, CancellationToken.None))!;
        Assert.That(store.Requests, Is.EqualTo(2), "the record, and that there is no newer one");
        await cache.TryRestoreAsync(found, Path.Combine(Folder.Path, "restored"), CancellationToken.None);
        Assert.That(store.Requests, Is.EqualTo(4), "the list of outputs, and the one file");
    }

    /// <summary>A store that runs a function before the next call.</summary>
    private sealed class ChangingStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        private Action? _next;

        public Action? Next
        {
            set => _next = value;
        }

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path)
        {
            Interlocked.Exchange(ref _next, null)?.Invoke();
            return Task.CompletedTask;
        }
    }
}
