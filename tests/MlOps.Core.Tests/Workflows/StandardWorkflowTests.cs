using System.Text.Json.Nodes;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Tracking;

namespace MlOps.Workflows;

public sealed class StandardWorkflowTests : WorkflowFixture
{
    private double _auc = 0.93;

    private IModelRegistry Registry => Lab.Get<IModelRegistry>();

    [Test]
    public async Task A_model_that_passes_is_registered_with_its_origin_and_promoted()
    {
        var (result, run) = await RunAsync(Create());

        var version = (await Registry.FindAsync("churn"))!.Get("production");
        Assert.That(result.Steps.Select(static step => (step.Step.Name, step.Status)), Is.EqualTo(
            [
                ("validate", StepStatus.Ran), ("train", StepStatus.Ran), ("evaluate", StepStatus.Ran), ("gate", StepStatus.Ran), ("register", StepStatus.Ran),
                ("promote", StepStatus.Ran),
            ]));
        Assert.That((version.Number, version.Lineage.RunId, version.FileCount), Is.EqualTo((1, run.Id, 1)));
        Assert.That((version.Metrics["auc"], version.Parameters["train.trees"]), Is.EqualTo((0.93, "20")));
        Assert.That(result.StopReason, Is.Null);
    }

    [Test]
    public async Task An_unchanged_workflow_trains_nothing_and_keeps_the_version()
    {
        var (_, first) = await RunAsync(Create());
        var before = await CountEventsAsync();
        Clock.Advance(TimeSpan.FromHours(1));

        var (result, second) = await RunAsync(Create());

        Assert.That(result.Steps.Select(static step => step.Status), Is.EqualTo(
            [StepStatus.Restored, StepStatus.Restored, StepStatus.Restored, StepStatus.Restored, StepStatus.Ran, StepStatus.Ran]));
        Assert.That(result["register"].Outputs.Values, Is.EqualTo(new Dictionary<string, string> { ["version"] = "1", ["unchanged"] = "true" }));
        Assert.That(result.ToString(), Does.Contain("unchanged, version 1 is identical").And.Contain("unchanged, 'production' already points at version 1"));
        Assert.That((second.Status, await CountEventsAsync()), Is.EqualTo((RunStatus.Finished, before)));
        Assert.That((await Registry.FindAsync("churn"))!.Versions.Select(static version => version.Lineage.RunId), Is.EqualTo([first.Id]));
    }

    [TestCase("bytes of the model")]
    [TestCase("metric of the evaluation")]
    [TestCase("parameter of training")]
    [TestCase("format")]
    [TestCase("signature")]
    [TestCase("example")]
    [TestCase("source")]
    [TestCase("commit")]
    [TestCase("metric of the description")]
    [TestCase("parameter of the description")]
    [TestCase("dataset")]
    public async Task A_version_that_differs_is_registered(string change)
    {
        ModelRegistration Describe(StepContext context, bool isChanged) => new()
        {
            Format = isChanged && change == "format" ? "mlnet" : "onnx",
            Files = [Path.Combine(context.GetFolder("train"), "model.txt")],
            Signature = new ModelSignature
            {
                Inputs = [new ModelFeature { Name = isChanged && change == "signature" ? "b" : "a", Type = FeatureType.Float32 }],
                Outputs = [],
            },
            Examples = isChanged && change == "example" ? [new GoldenExample { Inputs = Row("a"), Outputs = Row("b") }] : [],
            Metrics = change.StartsWith("metric of the d", StringComparison.Ordinal)
                ? new Dictionary<string, double> { ["auc"] = 0.93, ["f1"] = isChanged ? 0.5 : double.NaN }
                : new Dictionary<string, double>(),
            Parameters = change.StartsWith("parameter of the d", StringComparison.Ordinal)
                ? new Dictionary<string, string> { ["trees"] = isChanged ? "20.0" : "20" }
                : new Dictionary<string, string>(),
            Lineage = new ModelLineage
            {
                Datasets = [new DatasetReference("churn", isChanged && change == "dataset" ? 2 : 1)],
                Source = isChanged && change == "source" ? "b" : "a",
                GitCommit = isChanged && change == "commit" ? "b" : "a",
            },
        };
        StandardWorkflow CreateChanged(bool isChanged) => Create(
            describe: (context, _) => Task.FromResult(Describe(context, isChanged)),
            codeVersion: isChanged ? "2" : "1",
            trees: isChanged && change == "parameter of training" ? "20.0" : "20",
            train: (context, token) => File.WriteAllTextAsync(
                Path.Combine(context.Folder, "model.txt"), isChanged && change == "bytes of the model" ? "b" : "a", token));
        for (var number = 1; number <= 2; number++)
        {
            var streams = new Dictionary<string, Stream> { ["rows.txt"] = new MemoryStream([1]) };
            await Lab.Get<IDatasetStore>().SnapshotAsync("churn", new DatasetSnapshot { Streams = streams, AllowUnchanged = true });
        }

        await RunAsync(CreateChanged(isChanged: false));
        await RunAsync(CreateChanged(isChanged: false));
        Assert.That((await Registry.FindAsync("churn"))!.Versions, Has.Count.EqualTo(1));

        _auc = change == "metric of the evaluation" ? 0.94 : _auc;
        var (result, _) = await RunAsync(CreateChanged(isChanged: true));

        Assert.That((result["register"].Outputs.Values["version"], result["register"].Outputs.Values.ContainsKey("unchanged")), Is.EqualTo(("2", false)));
        Assert.That((await Registry.FindAsync("churn"))!.Get("production").Number, Is.EqualTo(2));
    }

    [Test]
    public async Task The_baseline_is_a_file_of_the_version_and_restores_the_other_steps()
    {
        await RunAsync(Create());

        var (result, _) = await RunAsync(Create(baseline: WriteBaselineAsync));
        var (again, _) = await RunAsync(Create(baseline: WriteBaselineAsync));

        var version = (await Registry.FindAsync("churn"))!.Get("production");
        Assert.That(result.Steps.Select(static step => (step.Step.Name, step.Status)), Is.EqualTo(
            [
                ("validate", StepStatus.Restored), ("train", StepStatus.Restored), ("evaluate", StepStatus.Restored), ("gate", StepStatus.Restored),
                ("baseline", StepStatus.Ran), ("register", StepStatus.Ran), ("promote", StepStatus.Ran),
            ]));
        Assert.That((await Registry.OpenAsync(version)).Files.Select(static file => file.Path), Is.EqualTo(["baseline.profile", "model.txt"]));
        Assert.That((again["baseline"].Status, again["register"].Outputs.Values["version"]), Is.EqualTo((StepStatus.Restored, "2")));
    }

    [Test]
    public void A_baseline_without_a_file_fails_the_registration() => Assert.That(
        () => RunAsync(Create(baseline: static (_, _) => Task.CompletedTask)),
        Throws.Exception.With.Message.Contain("wrote no file").Or.InnerException.With.Message.Contain("wrote no file"));

    [Test]
    public async Task Training_with_the_same_result_keeps_the_version()
    {
        await RunAsync(Create());

        var (result, _) = await RunAsync(Create(), seed: 2);

        Assert.That((result["train"].Status, result["register"].Outputs.Values["version"]), Is.EqualTo((StepStatus.Ran, "1")));
    }

    [Test]
    public async Task A_removed_alias_is_set_to_the_identical_version()
    {
        await RunAsync(Create());
        await Registry.RemoveAliasAsync("churn", "production");

        await RunAsync(Create());

        Assert.That((await Registry.FindAsync("churn"))!.Get("production").Number, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_that_was_deleted_is_registered_again()
    {
        await RunAsync(Create());
        await Registry.RemoveAliasAsync("churn", "production");
        await Registry.ChangeAsync("churn", new ModelChange { Kind = ModelEventKind.VersionDeleted, Version = 1 });

        var (result, _) = await RunAsync(Create());

        Assert.That(result["register"].Outputs.Values["version"], Is.EqualTo("2"));
    }

    [Test]
    public async Task An_archived_identical_version_stops_the_workflow()
    {
        await RunAsync(Create());
        await Registry.RemoveAliasAsync("churn", "production");
        await Registry.ChangeAsync("churn", new ModelChange { Kind = ModelEventKind.Archived, Version = 1 });

        var (result, run) = await RunAsync(Create());

        Assert.That(result.StopReason, Is.EqualTo("version 1 of the model 'churn' is identical and archived. Unarchive the version, or train another model"));
        Assert.That((result["promote"].Status, run.Status), Is.EqualTo((StepStatus.Skipped, RunStatus.Finished)));
        Assert.That((await Registry.FindAsync("churn"))!.Versions, Has.Count.EqualTo(1));
    }

    [TestCase(2, null, 2)]
    [TestCase(null, null, 3)]
    [TestCase(null, 3, 2)]
    public async Task Of_several_identical_versions_the_version_with_the_alias_or_the_newest_ready_version_is_chosen(
        int? promoted, int? archived, int expected)
    {
        await RunAsync(Create());
        var version = (await Registry.FindAsync("churn"))!.Get("production");
        var file = Path.Combine(Folder.Path, "model.txt");
        await File.WriteAllTextAsync(file, "20");
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Registry.RegisterAsync(
                "churn", new ModelRegistration { Format = "onnx", Files = [file], Metrics = version.Metrics, Parameters = version.Parameters });
        }

        await Registry.RemoveAliasAsync("churn", "production");
        if (promoted is { } number)
        {
            await Registry.SetAliasAsync("churn", "production", number);
        }

        if (archived is not null)
        {
            await Registry.ChangeAsync("churn", new ModelChange { Kind = ModelEventKind.Archived, Version = archived });
        }

        await RunAsync(Create());

        Assert.That((await Registry.FindAsync("churn"))!.Get("production").Number, Is.EqualTo(expected));
    }

    [Test]
    public async Task Another_seed_trains_again()
    {
        await RunAsync(Create());

        var (result, run) = await RunAsync(Create(), seed: 2);

        Assert.That(
            (result["validate"].Status, result["train"].Status, result["evaluate"].Status), Is.EqualTo((StepStatus.Restored, StepStatus.Ran, StepStatus.Ran)));
        Assert.That(run.Seed, Is.EqualTo(2));
    }

    [TestCase(0.85, "auc is 0.85, required at least 0.9")]
    [TestCase(double.NaN, "auc is NaN, required at least 0.9")]
    public async Task A_model_that_fails_the_gate_is_not_registered_and_the_workflow_does_not_fail(double auc, string reason)
    {
        _auc = auc;

        var (result, run) = await RunAsync(Create());

        Assert.That(
            (result.StopReason, result["register"].Status, result["promote"].Status, run.Status),
            Is.EqualTo((reason, StepStatus.Skipped, StepStatus.Skipped, RunStatus.Finished)));
        Assert.That(await Registry.FindAsync("churn"), Is.Null);
    }

    [Test]
    public async Task A_missing_metric_fails_the_gate() => Assert.That(
        (await RunAsync(Create(gates: new Dictionary<string, MetricBounds> { ["f1"] = new() { AtMost = 1 } }))).Result.StopReason,
        Is.EqualTo("f1 is not measured, required at most 1"));

    [Test]
    public async Task A_gate_on_a_misspelled_metric_suggests_the_nearest_name() => Assert.That(
        (await RunAsync(Create(gates: new Dictionary<string, MetricBounds> { ["AUC"] = new() { AtMost = 1 } }))).Result.StopReason,
        Is.EqualTo("AUC is not measured, but 'auc' is, required at most 1"));

    [Test]
    public void Bounds_that_compare_with_another_version_are_refused()
    {
        var workflow = Create(gates: new Dictionary<string, MetricBounds> { ["auc"] = new() { MaxDecrease = 0.01 } });

        Assert.That(
            Assert.Throws<ArgumentException>(() => workflow.ToWorkflow(Registry))!.Message,
            Does.Contain("compare with another version").And.Contain("MlOps:Registry:Aliases:<alias>:Metrics:auc"));
    }

    [TestCase(null, null, "Gates:auc sets no bound.")]
    [TestCase(double.NaN, null, "Gates:auc:AtLeast is NaN.")]
    [TestCase(2.0, 1.0, "Gates:auc:AtLeast is 2, which is more than AtMost (1).")]
    public void Invalid_bounds_are_rejected(double? atLeast, double? atMost, string expected)
    {
        var workflow = Create(gates: new Dictionary<string, MetricBounds> { ["auc"] = new() { AtLeast = atLeast, AtMost = atMost } });

        Assert.That(() => workflow.ToWorkflow(Registry), Throws.ArgumentException.With.Message.Contains(expected));
    }

    [Test]
    public void Later_changes_to_bounds_do_not_change_a_workflow()
    {
        var bounds = new MetricBounds { AtLeast = 0.8 };
        var workflow = Create(gates: new Dictionary<string, MetricBounds> { ["auc"] = bounds }).ToWorkflow(Registry);

        bounds.AtLeast = 0.99;

        Assert.That(workflow.Steps.Single(static step => step.Name == "gate").Parameters["auc"], Is.EqualTo("at least 0.8"));
    }

    [Test]
    public void An_invalid_alias_is_refused_before_the_workflow_starts()
    {
        var workflow = new StandardWorkflow
        {
            Model = "churn",
            Alias = "latest",
            Train = static (_, _) => Task.CompletedTask,
            Evaluate = static (_, _) => Task.CompletedTask,
            Describe = static (_, _) => throw new InvalidOperationException(),
        };

        Assert.That(Assert.Throws<ArgumentException>(() => workflow.ToWorkflow(Registry))!.Message, Does.Contain("'latest' is not an alias"));
    }

    [Test]
    public async Task Invalid_data_stops_the_workflow_before_training()
    {
        var (result, _) = await RunAsync(Create(validate: (context, _) =>
        {
            context.Stop("12 rows have no label");
            return Task.CompletedTask;
        }));

        Assert.That((result.StopReason, result["train"].Status), Is.EqualTo(("12 rows have no label", StepStatus.Skipped)));
    }

    [Test]
    public async Task A_refused_promotion_stops_the_workflow_with_the_reason()
    {
        await using var lab = CreateLaboratory(("Registry:Aliases:production:Metrics:auc:AtLeast", "0.99"));

        var (result, run) = await RunAsync(Create(), lab);

        Assert.That(result["promote"].Outputs.StopReason, Does.Contain("cannot become 'production'").And.Contain("0.99"));
        Assert.That(run.Status, Is.EqualTo(RunStatus.Finished));
        Assert.That((await lab.Get<IModelRegistry>().FindAsync("churn"))!.Versions.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Changed_bounds_rerun_the_gate_without_training()
    {
        await RunAsync(Create());

        var (result, _) = await RunAsync(Create(gates: new Dictionary<string, MetricBounds> { ["auc"] = new() { AtLeast = 0.95 } }));

        Assert.That(
            (result["evaluate"].Status, result["gate"].Status, result["register"].Status),
            Is.EqualTo((StepStatus.Restored, StepStatus.Ran, StepStatus.Skipped)));
    }

    private async Task<(WorkflowResult Result, Run Run)> RunAsync(StandardWorkflow workflow, Laboratory? lab = null, int seed = 1)
    {
        lab ??= Lab;
        WorkflowResult? result = null;
        var run = await lab.Tracker.RunAsync("churn", new RunStart { Seed = seed }, async (run, token) =>
            result = await lab.Get<IWorkflowRunner>().RunAsync(workflow.ToWorkflow(lab.Get<IModelRegistry>()), run, cancellationToken: token));
        return (result!, run);
    }

    private async Task<int> CountEventsAsync() => await Registry.ReadHistoryAsync("churn").CountAsync();

    private static JsonObject Row(string name) => new() { [name] = 1 };

    private StandardWorkflow Create(
        Dictionary<string, MetricBounds>? gates = null,
        Func<StepContext, CancellationToken, Task>? validate = null,
        Func<StepContext, CancellationToken, Task>? train = null,
        Func<StepContext, CancellationToken, Task<ModelRegistration>>? describe = null,
        string codeVersion = "1",
        string trees = "20",
        Func<StepContext, CancellationToken, Task>? baseline = null) => new()
        {
            Model = "churn",
            Baseline = baseline,
            Files = [WriteData()],
            CodeVersion = codeVersion,
            Parameters = new Dictionary<string, string> { ["trees"] = trees },
            Validate = validate ?? (static (_, _) => Task.CompletedTask),
            Train = train ?? (static (context, token) => File.WriteAllTextAsync(Path.Combine(context.Folder, "model.txt"), context.Parameters["trees"], token)),
            Evaluate = (context, _) =>
            {
                Assert.That(File.Exists(Path.Combine(context.GetFolder("train"), "model.txt")));
                context.SetMetric("auc", _auc);
                return Task.CompletedTask;
            },
            Gates = gates ?? new Dictionary<string, MetricBounds> { ["auc"] = new() { AtLeast = 0.9 } },
            Describe = describe ?? (static (context, _) => Task.FromResult(
                new ModelRegistration { Format = "onnx", Files = [Path.Combine(context.GetFolder("train"), "model.txt")] })),
            Alias = "production",
        };

    private static Task WriteBaselineAsync(StepContext context, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(context.Folder, "baseline.profile"), "profile", cancellationToken);
}
