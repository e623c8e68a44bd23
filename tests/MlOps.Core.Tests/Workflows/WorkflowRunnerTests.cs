using System.Text;
using System.Text.Json;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Migration;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

public sealed class WorkflowRunnerTests : WorkflowFixture
{
    [Test]
    public async Task A_failed_step_is_named_and_the_next_run_continues_from_it()
    {
        var isBroken = true;
        var train = Step("train", ["fetch"]);
        var failing = new WorkflowStep
        {
            Name = "train",
            DependsOn = ["fetch"],
            CodeVersion = "1",
            Work = (context, token) => isBroken ? throw new InvalidDataException("line 7 has no label") : train.Work(context, token),
        };
        WorkflowStep[] steps = [Step("fetch"), failing, Step("evaluate", ["train"])];

        var thrown = (await Assert.ThrowsAsync<StepFailedException>(() => RunAsync(steps)))!;
        isBroken = false;
        var second = await RunAsync(steps);

        Assert.That((thrown.Workflow, thrown.Step, thrown.InnerException!.GetType()), Is.EqualTo(("flow", "train", typeof(InvalidDataException))));
        Assert.That(thrown.Message, Does.Contain("'train'").And.Contain("line 7 has no label"));
        Assert.That(second.Done, Is.EqualTo(["train", "evaluate"]));
    }

    [Test]
    public async Task The_run_records_the_result_of_each_step_even_if_one_fails()
    {
        var failing =
            new WorkflowStep { Name = "train", DependsOn = ["fetch"], CodeVersion = "1", Work = static (_, _) => throw new InvalidDataException("no labels") };
        string? id = null;
        await Assert.ThrowsAsync<StepFailedException>(() => Tracker.RunAsync(Experiment, new RunStart(), (run, token) =>
        {
            id = run.Info.Id;
            return Lab.Get<IWorkflowRunner>().RunAsync(
                new Workflow("flow", [Step("fetch"), failing, Step("evaluate", ["train"])]), run, cancellationToken: token);
        }));

        using var document = JsonDocument.Parse(await ReadArtifactAsync(id!, "workflows/flow.json"));

        Assert.That(
            document.RootElement.GetProperty("steps").EnumerateArray().Select(
                static step => (step.GetProperty("name").GetString(), step.GetProperty("status").GetString())),
            Is.EqualTo([("fetch", "ran"), ("train", "failed"), ("evaluate", "notRun")]));
        Assert.That(document.RootElement.GetProperty("steps")[1].GetProperty("reason").GetString(), Is.EqualTo("no labels"));
        Assert.That(await ReadArtifactAsync(id!, "workflows/flow.md"), Does.Contain("```mermaid").And.Contain("| train | failed | 0.0 s | no labels |"));
        Assert.That((await Tracker.FindRunAsync(id!))!.Status, Is.EqualTo(RunStatus.Failed));
    }

    [Test]
    public async Task The_run_records_parameters_datasets_metrics_and_durations_of_steps()
    {
        var version = await Lab.Get<IDatasetStore>().SnapshotAsync("iris", WriteData());
        var step = new WorkflowStep
        {
            Name = "train",
            Datasets = [version.Reference],
            Parameters = new Dictionary<string, string> { ["trees"] = "20" },
            CodeVersion = "1",
            Work = async (context, token) =>
            {
                Clock.Advance(TimeSpan.FromSeconds(3));
                await context.GetDataset("iris").RestoreAsync(context.Folder, null, token);
                context.SetMetric("auc", double.NaN);
            },
        };

        var (result, run, _) = await RunAsync([step]);

        Assert.That(run.Parameters["train.trees"], Is.EqualTo("20"));
        Assert.That(run.Datasets.Select(static used => (used.Name, used.Version, used.Context)), Is.EqualTo([("iris", (int?)1, "train")]));
        Assert.That((run.Metrics["auc"], run.Metrics["workflow/train/seconds"]), Is.EqualTo((double.NaN, 3.0)));
        Assert.That(result["train"].Outputs.Files.Single().Path, Is.EqualTo("iris.csv"));
    }

    [Test]
    public async Task A_workflow_can_run_again_in_a_resumed_run()
    {
        var version = await Lab.Get<IDatasetStore>().SnapshotAsync("iris", WriteData());
        var step = new WorkflowStep
        {
            Name = "train",
            Datasets = [version.Reference],
            Parameters = new Dictionary<string,
            string>
            { ["a"] = "1" },
            CodeVersion = "1",
            Work = static (_, _) => Task.CompletedTask,
        };
        var (_, first, _) = await RunAsync([step]);

        await using var run = await Tracker.ResumeRunAsync(first.Id);
        var result = await Lab.Get<IWorkflowRunner>().RunAsync(new Workflow("flow", [step]), run);

        Assert.That((result["train"].Status, run.Info.Datasets.Count), Is.EqualTo((StepStatus.Restored, 1)));
    }

    [Test]
    public async Task A_missing_dataset_fails_before_a_step_runs()
    {
        WorkflowStep[] steps =
            [Step("fetch"), new() { Name = "train", Datasets = [new DatasetReference("iris", 9)], Work = static (_, _) => Task.CompletedTask }];

        await Assert.ThrowsAsync<VersionNotFoundException>(() => RunAsync(steps));

        Assert.That(Done, Is.Empty);
    }

    [Test]
    public async Task A_step_with_side_effects_runs_every_time_and_its_outputs_are_inputs_of_dependents()
    {
        var number = 0;
        var act = new WorkflowStep
        {
            Name = "register",
            HasSideEffects = true,
            CodeVersion = "1",
            Work = (context, _) =>
            {
                context.SetValue("version", ++number < 2 ? "1" : "2");
                return Task.CompletedTask;
            },
        };
        WorkflowStep[] steps = [act, new() { Name = "report", DependsOn = ["register"], CodeVersion = "1", Work = static (_, _) => Task.CompletedTask }];

        var statuses = new List<StepStatus>();
        for (var i = 0; i < 3; i++)
        {
            statuses.AddRange((await RunAsync(steps)).Result.Steps.Select(static step => step.Status));
        }

        Assert.That(statuses, Is.EqualTo([StepStatus.Ran, StepStatus.Ran, StepStatus.Ran, StepStatus.Ran, StepStatus.Ran, StepStatus.Restored]));
        Assert.That(await ListAsync($"experiments/{Experiment}/steps"), Has.Length.EqualTo(2), "those of the report");
    }

    [Test]
    public async Task A_step_that_stops_skips_only_its_dependents_and_is_restored_with_the_reason()
    {
        var gate = new WorkflowStep
        {
            Name = "gate",
            CodeVersion = "1",
            Work = (context, _) =>
            {
                Done.Add("gate");
                context.Stop("auc is 0.81");
                return Task.CompletedTask;
            },
        };
        WorkflowStep[] steps = [gate, Step("register", ["gate"]), Step("promote", ["register"]), Step("report")];

        var first = await RunAsync(steps);
        var second = await RunAsync(steps);

        Assert.That((first.Done, second.Done), Is.EqualTo((new[] { "gate", "report" }, Array.Empty<string>())));
        foreach (var result in new[] { first.Result, second.Result })
        {
            Assert.That(result.StopReason, Is.EqualTo("auc is 0.81"));
            Assert.That(
                new[] { "register", "promote" }.Select(step => (result[step].Status, result[step].Reason)),
                Is.All.EqualTo((StepStatus.Skipped, "auc is 0.81")));
        }
    }

    [Test]
    public async Task The_result_prints_a_table_of_the_steps()
    {
        var stop = new WorkflowStep
        {
            Name = "gate",
            CodeVersion = "1",
            DependsOn = ["fetch"],
            Work = (context, _) =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1.25));
                context.Stop("auc is 0.81");
                return Task.CompletedTask;
            },
        };
        var (_, first, _) = await RunAsync([Step("fetch")]);

        var (result, _, _) = await RunAsync([Step("fetch"), stop, Step("register", ["gate"])]);

        Assert.That(result.ToString(), Is.EqualTo(
            $"""
             Workflow 'flow': 1 ran, 1 restored, 1 skipped, 1.3 s
               step      status    duration  reason
               fetch     restored     0.0 s  from run {first.Id}
               gate      ran          1.3 s  stopped the workflow: auc is 0.81
               register  skipped             auc is 0.81

             """));
        Assert.That(result.ToMermaid(), Does.Contain("s0[\"fetch<br/>restored 0.0 s\"]").And.Contain("s1 --> s2"));
    }

    [Test]
    public async Task Progress_is_reported_before_and_after_each_step()
    {
        await RunAsync([Step("fetch")]);
        var reported = new List<string>();
        var progress = new SynchronousProgress<OperationProgress>(
            value => reported.Add($"{value.Step} {value.Items}/{value.TotalItems}: {value.Detail ?? "begins"}"));

        await RunAsync([Step("fetch"), Step("train", ["fetch"])], progress: progress);

        Assert.That(reported, Is.EqualTo(["fetch 0/2: begins", "fetch 1/2: restored", "train 1/2: begins", "train 2/2: ran"]));
    }

    [Test]
    public async Task A_step_whose_input_files_change_fails_and_is_not_cached()
    {
        var step = new WorkflowStep
        {
            Name = "train",
            Files = [WriteData()],
            CodeVersion = "1",
            Work = (_, _) =>
            {
                WriteData("5.1,setosa\n4.9,setosa");
                return Task.CompletedTask;
            },
        };

        var thrown = (await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([step])))!;

        Assert.That(thrown.Message, Does.Contain("changed while it was read"));
        Assert.That(await ListAsync($"experiments/{Experiment}/steps"), Is.Empty);
    }

    [Test]
    public async Task The_failure_of_a_step_is_reported_even_if_the_store_fails_too()
    {
        var step = new WorkflowStep
        {
            Name = "train",
            CodeVersion = "1",
            Work = (_, _) =>
            {
                Lab.Store.IsUnplugged = true;
                throw new InvalidDataException("line 7 has no label");
            },
        };

        var thrown = (await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([step])))!;

        Assert.That(thrown.InnerException, Is.TypeOf<InvalidDataException>());
    }

    [Test]
    public async Task An_invalid_metric_is_refused_when_it_is_set()
    {
        var step = new WorkflowStep
        {
            Name = "train",
            CodeVersion = "1",
            Work = static (context, _) =>
            {
                context.SetMetric("a\tb", 1);
                return Task.CompletedTask;
            },
        };

        var thrown = (await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([step])))!;

        Assert.That(thrown.InnerException, Is.TypeOf<ArgumentException>());
        Assert.That(await ListAsync($"experiments/{Experiment}/steps"), Is.Empty);
    }

    [Test]
    public async Task A_cancellation_keeps_the_completed_steps()
    {
        using var cancellation = new CancellationTokenSource();
        var step = new WorkflowStep
        {
            Name = "train",
            DependsOn = ["fetch"],
            CodeVersion = "1",
            Work = async (_, token) =>
            {
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
        };
        await using var run = await Tracker.StartRunAsync(Experiment);

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => Lab.Get<IWorkflowRunner>().RunAsync(new Workflow("flow", [Step("fetch"), step]), run, cancellationToken: cancellation.Token));

        Assert.That((await RunAsync([Step("fetch")])).Done, Is.Empty);
    }

    [Test]
    public async Task A_step_can_access_only_its_declared_inputs()
    {
        var step = new WorkflowStep { Name = "train", CodeVersion = "1", Work = static (context, _) => Task.FromResult(context.GetFolder("fetch")) };
        var other = new WorkflowStep { Name = "train", CodeVersion = "1", Work = static (context, _) => Task.FromResult(context.GetDataset("iris")) };

        Assert.That((await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([Step("fetch"), step])))!.Message, Does.Contain("Add 'fetch' to DependsOn"));
        Assert.That((await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([other])))!.Message, Does.Contain("does not read the dataset 'iris'"));
    }

    [Test]
    public async Task Temporary_files_are_deleted_and_a_specified_folder_is_kept()
    {
        var own = Path.Combine(Folder.Path, "work");
        string? temporary = null;
        var step = new WorkflowStep
        {
            Name = "fetch",
            CodeVersion = "1",
            Work = (context, _) =>
            {
                temporary = context.Folder;
                return Task.CompletedTask;
            },
        };

        await RunAsync([step]);
        Assert.That(Directory.Exists(temporary), Is.False);
        await RunAsync([Step("fetch")], new WorkflowRunOptions { Folder = own, Force = true });

        Assert.That(
            Directory.GetFiles(own, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(own, file)),
            Is.EquivalentTo([".mlops-workflow", Path.Combine("fetch", "below", "out.txt")]));
    }

    [Test]
    public async Task A_folder_with_the_name_of_a_step_and_files_of_the_user_is_not_emptied([Values] bool isLink)
    {
        var own = Directory.CreateDirectory(Path.Combine(Folder.Path, "own")).FullName;
        var fetched = Directory.CreateDirectory(isLink ? Path.Combine(Folder.Path, "elsewhere") : Path.Combine(own, "fetch")).FullName;
        var notes = Path.Combine(fetched, "notes.txt");
        await File.WriteAllTextAsync(notes, "mine");
        if (isLink)
        {
            Directory.CreateSymbolicLink(Path.Combine(own, "fetch"), fetched);
        }

        var exception = await Assert.ThrowsAsync<StepFailedException>(() => RunAsync([Step("fetch")], new WorkflowRunOptions { Folder = own }));

        Assert.That(exception!.Message, Does.Contain(Path.Combine(own, "fetch")).And.Contain("WorkflowRunOptions.Folder"));
        Assert.That(await File.ReadAllTextAsync(notes), Is.EqualTo("mine"));
    }

    [Test]
    public async Task A_reused_folder_is_emptied_of_the_files_of_workflows()
    {
        var own = Path.Combine(Folder.Path, "own");
        var options = new WorkflowRunOptions { Folder = own, Force = true };
        await RunAsync([Step("fetch")], options);
        var old = Path.Combine(own, "fetch", "old.txt");
        await File.WriteAllTextAsync(old, "");

        await RunAsync([Step("fetch")], options);

        Assert.That(old, Does.Not.Exist);
    }

    [Test]
    public async Task Garbage_collection_keeps_the_latest_outputs_of_steps()
    {
        var store = new InMemoryArtifactStore(Clock);
        await using var lab = new Laboratory(store, Clock, Path.Combine(Folder.Path, "own spool"));
        var text = "old";
        var step = new WorkflowStep
        {
            Name = "fetch",
            CodeVersion = "1",
            Work = (context, token) => File.WriteAllTextAsync(Path.Combine(context.Folder, "out.txt"), text, token),
        };
        await RunAsync([step], lab: lab);
        text = "new";
        await RunAsync([step], new WorkflowRunOptions { Force = true }, lab: lab);
        var maintenance = lab.Get<IStoreMaintenance>();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Clock.Advance(TimeSpan.FromDays(7));
            await maintenance.CollectGarbageAsync();
        }

        var blobs = await store.ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => entry.Path.Name).ToListAsync();
        Assert.That(blobs, Contains.Item(Sha256Digest.Of("new"u8).ToString()).And.Not.Contains(Sha256Digest.Of("old"u8).ToString()));
        Assert.That((await maintenance.VerifyAsync()).Faults, Is.Empty);
        Assert.That((await RunAsync([step], lab: lab)).Result["fetch"].Status, Is.EqualTo(StepStatus.Restored));
    }

    [Test]
    public async Task Verification_names_a_damaged_event_of_a_step()
    {
        await RunAsync([Step("fetch")]);
        var record = (await ListAsync($"experiments/{Experiment}/steps")).Single();
        await Store.WriteTextAsync(ArtifactPath.Parse(record), "{");

        Assert.That((await Lab.Get<IStoreMaintenance>().VerifyAsync()).Faults.Select(static fault => fault.Path?.ToString()), Has.Some.EqualTo(record));
    }

    private async Task<string> ReadArtifactAsync(string runId, string path)
    {
        var contents = await Tracker.OpenRunAsync((await Tracker.FindRunAsync(runId))!);
        await using var artifact = await contents.OpenArtifactAsync(path);
        using var reader = new StreamReader(artifact.Stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
