using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Migration;
using MlOps.Models;
using MlOps.Records.Stores;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.Records;

/// <summary>Reads stores that earlier versions of the library wrote. Each one must be readable by all later versions, with the same results.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StoredStoresTests : IAsyncDisposable
{
    private const string Finished = "01955b081820765bbaeca25fc2961724";
    private const string Child = "01955b081ff07d47841232f45dbb62df";
    private const string CsvProfile =
        "5 rows: nothing Empty 5 0 - - - - - - -/late Boolean 1 0 2 - - - - - -/delay Integer 0 0 4 -3 90 17.25 12.5 - -/price Number 0 2 - 0.5 1E+300 - - - -"
        + "/day Date 0 0 - - - - - - - 2025-01-01 2025-01-05/departure DateTime 0 0 - - - - - - - 2025-01-01 2025-01-05/clock Time 0 0 - - - - - - -"
        + "/carrier String 0 0 3 - - - - 2 7/photo Binary 4 0 - - - - - 10 10/legs Nested 0 0 - - - - - - -";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow()); // files on a local disk have the time of the machine
    private readonly List<ServiceProvider> _services = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var services in _services)
        {
            await services.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Test]
    public async Task Models_are_read() => await AssertModelsAsync(await OpenAsync());

    [Test]
    public async Task Model_histories_are_read() => await AssertModelHistoriesAsync(await OpenAsync());

    [Test]
    public async Task Datasets_are_read() => await AssertDatasetsAsync(await OpenAsync());

    [Test]
    public async Task Experiments_are_read() => await AssertExperimentsAsync(await OpenAsync());

    [Test]
    public async Task Runs_are_read() => await AssertRunsAsync(await OpenAsync());

    [Test]
    public async Task Runs_are_found_by_searches() => await AssertSearchesAsync(await OpenAsync());

    [Test]
    public async Task Points_of_metrics_sinks_are_read()
    {
        var store = (await OpenAsync()).GetRequiredService<IArtifactStore>();

        var points = await MetricsArchive.ReadAsync(store, "archive", "latency").ToListAsync();

        Assert.That(points.Select(static point => $"{point.Value} {point.Series.Unit} {point.Step} {point.Series.Tags["model"]}"),
            Is.EqualTo(["2.5 ms 1 churn", "NaN ms 2 churn"]));
        Assert.That(await MetricsArchive.ReadAsync(store, "archive", "loss").CountAsync(), Is.EqualTo(11));
    }

    [Test]
    public async Task Steps_are_restored_and_do_not_run_again()
    {
        var services = await OpenAsync();
        var data = Path.Combine(_folder.Path, "data.csv");
        await File.WriteAllTextAsync(data, StoredSteps.Data);
        var ran = new List<string>();
        WorkflowResult? result = null;

        await services.GetRequiredService<IExperimentTracker>().RunAsync("iris", new RunStart { Seed = 20 }, async (run, token) =>
            result = await services.GetRequiredService<IWorkflowRunner>()
                .RunAsync(new Workflow("flow", StoredSteps.Create(data, ran.Add)), run, cancellationToken: token));

        Assert.That(ran, Is.Empty);
        Assert.That(result!.Steps.Select(static step => (step.Step.Name, step.Status)),
            Is.EqualTo([("prepare", StepStatus.Restored), ("check", StepStatus.Restored), ("train", StepStatus.Skipped)]));
        Assert.That(result.StopReason, Is.EqualTo("the data are the same"));
        var prepared = result["prepare"];
        Assert.That(prepared.RunId, Is.EqualTo("01955b40d3907525b5c2ac1e33662de7"), "the newest of the two events");
        Assert.That(prepared.Outputs.Files.Select(static file => (file.Path, file.Size)), Is.EqualTo([("prepared.txt", 8L)]));
        Assert.That((prepared.Outputs.Metrics["prepare/rows"], prepared.Outputs.Values["made by"]), Is.EqualTo((1.0, "prepare")));
    }

    [Test]
    public async Task A_dry_run_finds_only_the_unused_content()
    {
        var services = await OpenAsync();

        var report = await services.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync(new GarbageCollectionOptions { DryRun = true });

        Assert.That((report.Used, report.Content), Is.EqualTo((31L, new GarbageCount(38, 10_787))));
        Assert.That((report.Kept, report.Deleted, report.Waiting.Files, report.Marked.Files),
            Is.EqualTo((new GarbageCount(2, 151), new GarbageCount(3, 168), 0L, 4L)));
        Assert.That(report.Items.Where(static item => item.Size < 100).Select(static item => $"{item.Action} {item.Path.Name}"), Is.EquivalentTo(
        [
            "Marked 4a0079aa17b177415290e5cae8e08a04aa7777de9573b89e47e8ccf12c8c1cf7", // "gone weights"
            "Marked 557575e833040225bb651b81adf48b0c9843f7ac32c35c0fef74fbfd06e0cca5", // "gone rows"
            "Deleted 4dad48d895c329589cdcd95544c50e2c0c0cdea454ebb854777b816a47c21ba5", // "the third version", whose deletion had begun
            "Deleted d0797e0f1a020b23b831047e63576533631d7b05a4d581e5237e6d51db0b2e40", // "first notes"
            "Kept 53dba665a357c0ed932e6faa94ab8a123e0c51b803853758a9b6a9c03c3e3d4f", // "weights 5", which was needed again
        ]));
    }

    [Test]
    public async Task The_store_is_sound()
    {
        var report = await (await OpenAsync()).GetRequiredService<IStoreMaintenance>().VerifyAsync();

        Assert.That(report.Faults, Is.Empty);
        Assert.That((report.IsSound, report.Files), Is.EqualTo((true, 31L)));
    }

    [Test]
    public async Task All_records_are_read_from_a_local_disk() => await AssertAllAsync(await OpenAsync(provider: LocalDiskStorageOptions.DefaultKey));

    [Test]
    public async Task A_migration_copies_all_of_it()
    {
        var source = await OpenAsync();
        var target = Open(LocalDiskStorageOptions.DefaultKey);

        var report = await new ArtifactMigrator(source.GetRequiredService<IArtifactStore>(), target.GetRequiredService<IArtifactStore>()).RunAsync(
            new MigrationOptions { Verification = MigrationVerification.Content });

        Assert.That(report.Faults, Is.Empty);
        await AssertAllAsync(target);
    }

    [Test]
    public async Task Damaged_events_are_named()
    {
        var services = await OpenAsync("v1-damaged");

        var report = await services.GetRequiredService<IStoreMaintenance>().VerifyAsync();

        const string second = "log/00000000000000000002.json";
        Assert.That(report.Faults.Select(static fault => fault.Path!.ToString()).Distinct(), Is.EquivalentTo(
        [
            $"models/flipped/{second}", $"models/missing/{second}", $"models/moved/{second}",
            $"datasets/flipped/{second}", $"datasets/missing/{second}", $"datasets/moved/{second}",
            $"experiments/flipped/{second}", $"experiments/missing/{second}", $"experiments/moved/{second}",
            $"experiments/sound/runs/01955b04dc007f9bb3957714be3ff394/{second}",
            $"experiments/sound/runs/01955b04dc0071ceb301421ad65f082a/{second}",
            $"experiments/sound/runs/01955b04dc00794784748b9274901a3f/{second}",
            "experiments/sound/steps/25e1be1220d6aa662f05f33e255e0a75f298d8ffb030536a08fcc8ff39234c7b/log/00000000000000000001.json",
        ]));
    }

    [Test]
    public async Task Intact_records_beside_damaged_ones_are_read()
    {
        var services = await OpenAsync("v1-damaged");

        Assert.That((await services.GetRequiredService<IModelRegistry>().FindAsync("sound"))!.Tags["stage"], Is.EqualTo("final"));
        Assert.That((await services.GetRequiredService<IDatasetStore>().FindAsync("sound"))!.Tags["stage"], Is.EqualTo("final"));
        Assert.That((await services.GetRequiredService<IExperimentStore>().FindAsync("sound"))!.Description, Is.EqualTo("final"));
        Assert.That((await services.GetRequiredService<IExperimentTracker>().FindRunAsync("01955b04dc007213b85d4784163f4dc1"))!.Status,
            Is.EqualTo(RunStatus.Finished));
    }

    [TestCase("flipped")]
    [TestCase("missing")]
    [TestCase("moved")]
    public async Task A_damaged_record_is_not_misread(string name)
    {
        var services = await OpenAsync("v1-damaged");

        Assert.That((await Assert.ThrowsAsync<ArtifactIntegrityException>(() =>
            services.GetRequiredService<IModelRegistry>().FindAsync(name)))!.Path.ToString(), Does.StartWith($"models/{name}/"));
        Assert.That((await Assert.ThrowsAsync<ArtifactIntegrityException>(() => services.GetRequiredService<IDatasetStore>().FindAsync(name)))!.Path.ToString(),
            Does.StartWith($"datasets/{name}/"));
        Assert.That((await Assert.ThrowsAsync<ArtifactIntegrityException>(() =>
            services.GetRequiredService<IExperimentStore>().FindAsync(name)))!.Path.ToString(), Does.StartWith($"experiments/{name}/"));
    }

    private static async Task AssertAllAsync(IServiceProvider services)
    {
        await AssertModelsAsync(services);
        await AssertModelHistoriesAsync(services);
        await AssertDatasetsAsync(services);
        await AssertExperimentsAsync(services);
        await AssertRunsAsync(services);
        await AssertSearchesAsync(services);
        Assert.That((await services.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults, Is.Empty);
    }

    private static async Task AssertModelsAsync(IServiceProvider services)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        Assert.That(await registry.ListAsync().Select(static model => model.Name).ToListAsync(), Is.EqualTo(["churn", "counted", "empty", "preis – größe"]));

        var churn = (await registry.FindAsync("churn"))!;
        Assert.That((churn.Description, churn.Created, churn.Updated), Is.EqualTo(("Who leaves", Time("2025-03-03T08:03:33Z"), Time("2025-03-05T09:07:42Z"))));
        Assert.That(churn.Tags, Is.EqualTo(new Dictionary<string, string> { ["team"] = "growth" }));
        Assert.That(churn.Versions.Select(static version => $"{version.Number} {version.Format} {version.Actor} {version.Status} {version.Manifest}"),
            Is.EqualTo(
        [
            "1 onnx ann Ready cd0a82521efacff071197552a913e3489994e09a334659bab2207e58da061b85",
            "2 onnx ann Ready 329a5206632b1b34de9bdd8bb3edc9c45d821a31de22723a072005197bf2fcfc",
            "3 mlnet registrar Ready 632cc5a1b70c097086533306883b6569ea60fd9c5adab05dca32c5278f605a8d",
            "4 mlnet registrar Archived f28b317616b945f08099a4694bd144c6e9cffe6bace60783300e158f5815d91b",
            "6 mlnet registrar Ready 530641ae8a676c59c08a234ab73e2415d009eeb023667f3f6f96c2693ca54274",
        ]));
        Assert.That(churn.Aliases.OrderBy(static alias => alias.Key)
            .Select(static alias => $"{alias.Key} {alias.Value.Version} {alias.Value.Actor} [{string.Join(',', alias.Value.Earlier)}]"),
                Is.EqualTo(["Champion 3 registrar []", "production 1 carol []"]));
        Assert.That(churn.Versions.Single(static version => version.Number == 4).StatusMessage, Is.EqualTo("old"));

        var first = churn.Find("production")!;
        Assert.That(first.Metrics, Is.EqualTo(new Dictionary<string, double> { ["auc"] = 0.91, ["broken"] = double.NaN, ["loss"] = 0.1 }));
        Assert.That(first.Parameters, Is.EqualTo(new Dictionary<string, string> { ["depth"] = "4", ["rate"] = "0.1" }));
        Assert.That((first.Lineage.RunId, first.Lineage.Datasets.Single()), Is.EqualTo((Finished, new DatasetReference("flights", 2))));

        await AssertSecondVersionAsync(registry, churn.Find("2")!);
        Assert.That((await registry.FindAsync("counted"))!.Versions.Single().Tags, Is.EqualTo(new Dictionary<string, string> { ["count"] = "101" }));
        var empty = (await registry.FindAsync("empty"))!;
        Assert.That((empty.Description, empty.Tags["plan"], empty.Versions.Count), Is.EqualTo(("Nothing yet", "later", 0)));
        Assert.That((await registry.FindAsync("preis – größe"))!.Versions.Single().Size, Is.EqualTo(9));
        Assert.That(await registry.FindAsync("gone"), Is.Null);
        Assert.That(await registry.SearchAsync("metrics.auc > 0.8 and format = 'mlnet'").Select(static version => version.Number).ToListAsync(),
            Is.EqualTo([3, 4]));
        Assert.That(await registry.FindTrainedOnAsync(new DatasetReference("flights", 2)).Select(static version => version.Number).ToListAsync(),
            Is.EqualTo([1, 2]));
    }

    private static async Task AssertSecondVersionAsync(IModelRegistry registry, ModelVersion second)
    {
        Assert.That((second.Description, second.IntendedUse, second.Created, second.Updated),
            Is.EqualTo(("the second, described", "none", Time("2025-03-03T09:03:42Z"), Time("2025-03-03T09:03:46Z"))));
        Assert.That(second.Metrics, Is.EqualTo(new Dictionary<string, double> { ["auc"] = 0.75, ["loss"] = double.NaN, ["worst"] = double.PositiveInfinity }));
        Assert.That((second.Parameters["depth"], second.Tags["stage"]), Is.EqualTo(("7", "final")));
        Assert.That((second.Lineage.RunId, second.Lineage.RunLink), Is.EqualTo((Finished, "https://example.org/runs/1")));
        Assert.That((second.Lineage.GitCommit, second.Lineage.Source, second.Lineage.Datasets.Single().Version),
            Is.EqualTo(("50744d1", "https://example.org/churn", 2)));
        Assert.That((second.Resources!.LoadTime, second.Resources.Latency, second.Resources.Memory),
            Is.EqualTo((TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(3), 1L << 20)));
        Assert.That(second.Approvals.Select(static approval => (approval.Actor, approval.Time, approval.Comment)),
            Is.EqualTo([("carol", Time("2025-03-03T09:03:46Z"), "looks right")]));
        Assert.That((second.FileCount, second.ExampleCount, second.Size), Is.EqualTo((2, 1, 16L)));
        var (input, output) = (second.Signature!.Inputs.Single(), second.Signature.Outputs.Single());
        Assert.That((input.Name, input.Type, input.Minimum, input.Maximum, input.IsNullable), Is.EqualTo(("age", FeatureType.Float32, 0.0, 130.0, true)));
        Assert.That(input.Shape, Is.EqualTo(new long?[] { null, 3 }));
        Assert.That((output.Name, output.Type, string.Join(',', output.Categories!)), Is.EqualTo(("churns", FeatureType.Boolean, "yes,no")));

        var package = await registry.OpenAsync(second);
        Assert.That(package.Files.Select(static file => $"{file.Path} {file.Size} {file.Sha256}"), Is.EqualTo(
        [
            "labels.txt 7 355d0e91fb476df16e679765fe8f0254b324d04bb2ab3c0327aaffccd78c09a4",
                "model.onnx 9 a8989317cf9287850260df63e5c4946861b8092ff02634fb4b3dab4f9fb1da56",
        ]));
        var example = package.Examples.Single();
        Assert.That((example.Inputs.ToJsonString(), example.Outputs.ToJsonString(), example.Tolerance),
            Is.EqualTo(("""{"age":42}""", """{"churns":false}""", 0.25)));
        await using var content = await package.OpenReadAsync("model.onnx");
        Assert.That(await new StreamReader(content.Stream).ReadToEndAsync(), Is.EqualTo("weights 2"));
    }

    private static async Task AssertModelHistoriesAsync(IServiceProvider services)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        var churn = await registry.ReadHistoryAsync("churn").Cast<ModelEvent>().ToListAsync();
        Assert.That(churn.Select(static entry => $"{entry.Sequence} {entry.Kind} {entry.Actor} {entry.Version} {entry.Reason}".TrimEnd()), Is.EqualTo(
        [
            "1 Registered ann 1", "2 Registered ann 2", "3 Registered registrar 3", "4 Registered registrar 4", "5 Registered registrar 5", "6 Described bob",
                "7 Described bob 2",
            "8 Tagged bob", "9 Tagged bob", "10 Untagged bob", "11 Tagged bob 2", "12 Approved carol 2 looks right", "13 Profiled registrar 2",
            "14 AliasSet bob 1 first", "15 AliasSet bob 2 urgent", "16 RolledBack carol 1 worse after all", "17 AliasSet registrar 3",
                "18 AliasRemoved bob  done",
            "19 AliasSet registrar 3", "20 Archived bob 4 old", "21 Archived bob 5 by mistake", "22 Unarchived bob 5 was a mistake",
                "23 VersionDeleted carol 5 unsafe", "24 Registered registrar 6",
        ]));
        var forced = churn[14];
        Assert.That((forced.Alias, forced.Previous, forced.Forced, forced.Gates!.Single().ToString()),
            Is.EqualTo(("production", 1, true, "metric 'auc': 0.75, required: at least 0.8")));
        Assert.That((churn[13].Forced, churn[13].Gates!.Single().Passed, churn[15].Steps), Is.EqualTo((false, true, 1)));
        Assert.That(churn[9].Keys, Is.EqualTo(["team2"]));
        Assert.That(churn[23].Time, Is.EqualTo(Time("2025-03-05T09:07:42Z")));
        Assert.That(
            await registry.ReadHistoryAsync("gone").Cast<ModelEvent>().Select(static entry => $"{entry.Kind} {entry.Actor} {entry.Reason}").ToListAsync(),
            Is.EqualTo(["Registered registrar ", "ModelDeleted carol unused"]));
        Assert.That(await registry.ReadHistoryAsync("counted").CountAsync(), Is.EqualTo(102));
    }

    private static async Task AssertDatasetsAsync(IServiceProvider services)
    {
        var datasets = services.GetRequiredService<IDatasetStore>();
        Assert.That(await datasets.ListAsync().Select(static dataset => dataset.Name).ToListAsync(), Is.EqualTo(["counted", "flights"]));

        var flights = (await datasets.FindAsync("flights"))!;
        Assert.That((flights.Description, flights.Tags["team"], flights.Created, flights.Updated),
            Is.EqualTo(("Delays of flights", "ops", Time("2025-03-03T08:00:00Z"), Time("2025-03-03T08:00:06Z"))));
        Assert.That(flights.Versions.Select(static version =>
            $"{version.Number} {version.Actor} {version.Parent} {version.FileCount} {version.TotalSize} {version.Description} {version.Source}".TrimEnd()),
            Is.EqualTo(["1 ann  3 23 first https://example.org/flights", "2 bob 1 3 23 checked"]));
        Assert.That(flights.Versions.Select(static version => $"{version.Digest} {version.Manifest}"), Is.EqualTo(
        [
            "287307e959e8b98bd5977e244c604885642423543f8b97c972dd0a15c5d9b82a f98f4911e842c5f089f64570b9d36bf0764ee14a8d302e0e637deedf73650bd3",
            "31ced05d8326326296156d955da0062f22e3df0dbce58dda3599c1a64dfd030b 4ab36df5cfe792c18591dd5e44297cacc6ac4d24cc6ac04cdbcc261415b0b3ac",
        ]));
        Assert.That(flights.Versions[0].Tags, Is.EqualTo(new Dictionary<string, string> { ["origin"] = "export" }));
        Assert.That(flights.Versions[1].Tags, Is.EqualTo(new Dictionary<string, string> { ["quality"] = "good" }));

        var contents = await datasets.OpenAsync(new DatasetReference("flights", 2));
        Assert.That(contents.Files.Select(static file => (file.Path, file.Size)), Is.EqualTo([("a.csv", 4L), ("readme.txt", 15L), ("sub/broken.csv", 4L)]));
        Assert.That(contents.Tables.Select(static table => $"{table.Path} {table.Reader} {table.Fault}{Describe(table.Profile)}"), Is.EqualTo(
            [$"a.csv sample {CsvProfile}", "sub/broken.csv sample Line 2 has 3 columns."]));
        await using var readme = await contents.OpenReadAsync("readme.txt");
        Assert.That(await new StreamReader(readme).ReadToEndAsync(), Is.EqualTo("flights of 2025"));

        Assert.That(await datasets.ReadHistoryAsync("flights").Cast<DatasetEvent>()
            .Select(static entry => $"{entry.Sequence} {entry.Kind} {entry.Actor} {entry.Version} {entry.Reason}".TrimEnd()).ToListAsync(), Is.EqualTo(
            ["1 Snapshot ann 1", "2 Snapshot bob 2", "3 Change carol 2", "4 Change carol 2", "5 Change carol", "6 Snapshot ann 3",
                "7 Deletion ann 3 too old"]));
        Assert.That((await datasets.FindAsync("counted"))!.Versions.Single().Tags["count"], Is.EqualTo("101"));
        Assert.That(await datasets.ReadHistoryAsync("counted").CountAsync(), Is.EqualTo(102));
        Assert.That(await datasets.FindAsync("gone"), Is.Null);
        Assert.That(
            await datasets.ReadHistoryAsync("gone").Cast<DatasetEvent>().Select(static entry => $"{entry.Kind} {entry.Actor} {entry.Reason}").ToListAsync(),
            Is.EqualTo(["Snapshot root ", "Deletion carol unused"]));
    }

    private static async Task AssertExperimentsAsync(IServiceProvider services)
    {
        var experiments = services.GetRequiredService<IExperimentStore>();

        var listed = await experiments.ListAsync()
            .Select(static experiment => $"{experiment.Name}/{experiment.DisplayName}/{experiment.Description}/{experiment.IsDeleted}").ToListAsync();

        Assert.That(listed, Is.EqualTo(["abandoned/abandoned//True", "counted/counted//False", "iris/Iris flowers/Classifies flowers/False",
            "many/many//False"]));
        var iris = (await experiments.FindAsync("iris"))!;
        Assert.That(iris.Tags, Is.EqualTo(new Dictionary<string, string> { ["owner"] = "ann" }));
        Assert.That((iris.Created, iris.Updated), Is.EqualTo((Time("2025-03-03T08:01:47Z"), Time("2025-03-03T08:01:49Z"))));
        Assert.That((await experiments.FindAsync("counted"))!.Tags["count"], Is.EqualTo("102"));
    }

    private static async Task AssertRunsAsync(IServiceProvider services)
    {
        var tracker = services.GetRequiredService<IExperimentTracker>();
        var finished = (await tracker.FindRunAsync(Finished))!;
        Assert.That((finished.Name, finished.Actor, finished.Status, finished.Seed, finished.Note),
            Is.EqualTo(("finished", "ann", RunStatus.Finished, 7, "A *good* one")));
        Assert.That((finished.Experiment, finished.Started, finished.Ended, finished.ArtifactCount),
            Is.EqualTo(("iris", Time("2025-03-03T08:03:32Z"), Time("2025-03-03T08:03:34Z"), 2)));
        Assert.That(finished.Parameters, Is.EqualTo(new Dictionary<string, string> { ["rate"] = "0.1", ["depth"] = "4" }));
        Assert.That(finished.Tags, Is.EqualTo(new Dictionary<string, string> { ["stage"] = "trial" }));
        Assert.That(finished.Metrics, Is.EqualTo(new Dictionary<string, double> { ["loss"] = 0.1, ["auc"] = 0.91, ["broken"] = double.NaN }));
        Assert.That(finished.Datasets.Select(static data => $"{data.Name} {data.Version} {data.Digest} {data.Context} {data.Source}".TrimEnd()), Is.EqualTo(
            ["flights 2 31ced05d8326326296156d955da0062f22e3df0dbce58dda3599c1a64dfd030b training", "weather  abc  https://example.org/weather"]));
        Assert.That((await tracker.FindRunAsync(Child))!.ParentId, Is.EqualTo(Finished));

        var contents = await tracker.OpenRunAsync(finished);
        Assert.That(contents.Artifacts.Select(static file => (file.Path, file.Size)), Is.EquivalentTo([("notes.txt", 12L), ("plots/roc.svg", 6L)]));
        await using var notes = await contents.OpenArtifactAsync("notes.txt");
        Assert.That(await new StreamReader(notes.Stream).ReadToEndAsync(), Is.EqualTo("second notes"));
        Assert.That(await contents.ReadMetricsAsync("loss").Select(static point => (point.Step, point.Value)).ToListAsync(), Is.EqualTo(
            Enumerable.Range(0, 10).Select(static step => ((long?)step, 1.0 / (step + 1)))));
        Assert.That(contents.Environment.Machine, Is.EqualTo("vm"));

        var failed = await FindAsync(tracker, "failed");
        Assert.That((failed.Status, failed.Actor, failed.Failure!.Type, failed.Failure.Message),
            Is.EqualTo((RunStatus.Failed, "bob", "System.IO.InvalidDataException", "The data are wrong.")));
        Assert.That((await FindAsync(tracker, "interrupted")).Status, Is.EqualTo(RunStatus.Interrupted));
        Assert.That((await FindAsync(tracker, "silent")).Status, Is.EqualTo(RunStatus.Interrupted));
        Assert.That((await FindAsync(tracker, "counted")).Tags["count"], Is.EqualTo("101"));
        Assert.That((await FindAsync(tracker, "deleted")).IsDeleted, Is.True);
        var restored = await FindAsync(tracker, "restored");
        Assert.That((restored.IsDeleted, restored.Note, restored.Tags["kept"]), Is.EqualTo((false, "restored", "yes")));
        var resumed = await FindAsync(tracker, "resumed");
        Assert.That((resumed.Status, resumed.Metrics["loss"], resumed.Ended), Is.EqualTo((RunStatus.Finished, 2.0, Time("2025-03-03T09:03:41Z"))));
    }

    private static async Task AssertSearchesAsync(IServiceProvider services)
    {
        string[] active = ["finished", "child", "failed", "interrupted", "counted", "restored", "resumed", "silent", "workflow 1", "workflow 2"];
        Assert.That(await SearchAsync("iris", ""), Is.EquivalentTo(active));
        Assert.That(await SearchAsync("iris", "metrics.auc > 0.8 and params.rate = '0.1' and tags.stage = 'trial'"), Is.EqualTo(["finished"]));
        Assert.That(await SearchAsync("iris", "attributes.status = 'FAILED'"), Is.EqualTo(["failed"]));
        Assert.That(await SearchAsync("iris", "", RunLifecycle.Deleted), Is.EqualTo(["deleted"]));
        Assert.That(await SearchAsync("many", "metrics.score >= 1.2"), Is.EqualTo(["run 130", "run 120"]));
        Assert.That((await SearchAsync("many", "")).Length, Is.EqualTo(131));
        Assert.That(await SearchAsync("many", "params.index = '7' or params.index = '131'"), Is.EqualTo(["run 131", "run 7"]));
        Assert.That(await SearchAsync(null, "metrics.auc > 0.8"), Is.EqualTo(["finished"]));

        Task<string[]> SearchAsync(string? experiment, string filter, RunLifecycle lifecycle = RunLifecycle.Active) =>
            services.GetRequiredService<IExperimentTracker>()
            .SearchRunsAsync(new RunQuery { Experiments = experiment is null ? [] : [experiment], Filter = filter, Lifecycle = lifecycle })
                .Select(static run => run.Name).ToArrayAsync().AsTask();
    }

    private static async Task<Run> FindAsync(IExperimentTracker tracker, string name)
    {
        var found = await tracker.SearchRunsAsync(new RunQuery
        {
            Experiments = ["iris"],
            Filter = $"attributes.run_name = '{name}'",
            Lifecycle = RunLifecycle.All
        }).SingleAsync();
        return (await tracker.FindRunAsync(found.Id))!;
    }

    private static string Describe(TableProfile? profile) =>
        profile is null ? "" : $"{profile.Rows} rows: {string.Join('/', profile.Columns.Select(static column => Describe(column)))}";

    private static string Describe(ColumnProfile column)
    {
        double?[] numbers = [column.Nulls, column.NaNs, column.Distinct, column.Minimum, column.Maximum, column.Mean, column.StandardDeviation, column.Shortest,
            column.Longest];
        DateTimeOffset?[] times = [column.Earliest, column.Latest];
        return string.Join(' ', [
            column.Name, $"{column.Type}", .. numbers.Select(static number => number?.ToString(CultureInfo.InvariantCulture) ?? "-"),
            .. times.OfType<DateTimeOffset>().Select(static time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ]);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Opens a stored store at a time when all grace periods have passed.</summary>
    private async Task<IServiceProvider> OpenAsync(string name = "v1", string provider = InMemoryArtifactStore.DefaultKey)
    {
        var services = Open(provider);
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Records", "Stores", $"{name}.tar.gz");
        Assert.That(await StoreArchive.ReadAsync(file, services.GetRequiredService<IArtifactStore>()), Is.GreaterThan(50));
        _clock.Advance(TimeSpan.FromDays(30));
        return services;
    }

    private ServiceProvider Open(string provider)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = provider,
            ["MlOps:Storage:LocalDisk:Root"] = Path.Combine(_folder.Path, "store"),
            ["MlOps:Tracking:SpoolFolder"] = Path.Combine(_folder.Path, "spool"),
            ["MlOps:Tracking:CaptureGit"] = "false",
        }).Build();
        services.AddMlOps(configuration);
        _services.Add(services.BuildServiceProvider());
        return _services[^1];
    }
}
