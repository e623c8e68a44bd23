using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;
using MlOps.Tracking;

namespace MlOps.Registry;

/// <summary>The datasets of a lineage are there when a version is registered, and a deletion names the models that were trained on them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineageTests : IAsyncDisposable
{
    private readonly Registrations _registrations = new();
    private readonly FakeLogCollector _logs = new();
    private readonly ServiceProvider _services;

    public LineageTests() => _services = new ServiceCollection().AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(_logs)))
        .AddMlOps(static options => options.Storage.Provider = "Memory").AddInMemoryStorage("elsewhere").Services.BuildServiceProvider();

    private IModelRegistry Registry => _services.GetRequiredService<IModelRegistry>();

    private IDatasetStore Datasets => _services.GetRequiredService<IDatasetStore>();

    public async ValueTask DisposeAsync()
    {
        _registrations.Delete();
        await _services.DisposeAsync();
    }

    [SetUp]
    public async Task SnapshotTwiceAsync()
    {
        for (var number = 1; number <= 2; number++)
        {
            await Datasets.SnapshotAsync("flights", new DatasetSnapshot { Files = [_registrations.File], AllowUnchanged = true });
        }
    }

    [Test]
    public async Task A_missing_dataset_is_refused_with_the_nearest_name_and_nothing_is_stored()
    {
        await Datasets.SnapshotAsync("flight", _registrations.File);
        await Datasets.DeleteAsync("flight");

        var thrown = await RefuseAsync(new DatasetReference("flihgts", 1));

        Assert.That(thrown.Message, Does.StartWith("There is no dataset 'flihgts'. Did you mean 'flights'? The store has 'flights'. "));
        Assert.That(await Registry.FindAsync("churn"), Is.Null);
    }

    [Test]
    public async Task A_dataset_of_another_store_is_refused()
    {
        var abroad = new DatasetReference("abroad", 1);
        await _services.GetRequiredKeyedService<IDatasetStore>("elsewhere").SnapshotAsync(abroad.Name, _registrations.File);

        Assert.That((await RefuseAsync(abroad)).Message, Does.Contain("Describe data that is elsewhere in Lineage.Source or in a parameter"));
        var there = await _services.GetRequiredKeyedService<IModelRegistry>("elsewhere").RegisterAsync("churn", On(abroad));
        Assert.That(there.Lineage.Datasets, Is.EqualTo([abroad]));
    }

    [Test]
    public async Task A_missing_version_is_refused_with_the_existing_versions()
    {
        var thrown = await RefuseAsync(new DatasetReference("flights", 2), new DatasetReference("flights", 3));

        Assert.That(
            thrown.Message, Does.StartWith("The dataset 'flights' has no '3'. Its versions are numbered from 1 to 2. The datasets in Lineage.Datasets"));
        Assert.That((thrown.Name, thrown.Version), Is.EqualTo(("flights", "3")));
    }

    [Test]
    public async Task A_deleted_version_and_a_deleted_dataset_are_refused()
    {
        await Datasets.DeleteVersionAsync(new DatasetReference("flights", 1));
        Assert.That((await RefuseAsync(new DatasetReference("flights", 1))).Message, Does.Contain("It was deleted. The newest version is 2."));

        await Datasets.DeleteAsync("flights");
        Assert.That((await RefuseAsync(new DatasetReference("flights", 2))).Message, Does.Contain("The store has no datasets."));
    }

    [Test]
    public async Task Each_dataset_is_read_once_for_any_number_of_versions()
    {
        var counting = new CountingStore(_services.GetRequiredService<IArtifactStore>());
        var registry = new ModelRegistry(counting);
        await registry.RegisterAsync("churn", On(new DatasetReference("flights", 1)));
        var before = counting.Requests;
        await registry.RegisterAsync("churn", On());
        var without = counting.Requests - before;

        await registry.RegisterAsync("churn", On(new DatasetReference("flights", 1), new DatasetReference("flights", 2)));

        Assert.That(counting.Requests - before - without, Is.EqualTo(without + 1));
    }

    [Test]
    public async Task A_run_does_not_register_a_model_with_a_missing_dataset_version()
    {
        var tracker = _services.GetRequiredService<IExperimentTracker>();
        await using var run = await tracker.StartRunAsync("churn", new RunStart { Datasets = [new RunDataset { Name = "flights", Version = 9 }] });
        await using var other = await tracker.StartRunAsync("churn", new RunStart { Datasets = [new RunDataset { Name = "elsewhere", Digest = "abc" }] });

        var thrown = await Assert.ThrowsAsync<VersionNotFoundException>(() => run.RegisterModelAsync("churn", On()));

        Assert.That(thrown!.Message, Does.Contain("The dataset 'flights' has no '9'").And.Contain("in a run by a dataset without a version"));
        Assert.That((await other.RegisterModelAsync("churn", On())).Lineage.Datasets, Is.Empty);
        await run.EndAsync();
        await other.EndAsync();
    }

    [Test]
    public async Task Deleting_a_version_names_the_models_that_were_trained_on_it()
    {
        await Registry.RegisterAsync("churn", On(new DatasetReference("flights", 1)));
        await Registry.RegisterAsync("churn", On(new DatasetReference("flights", 2)));
        await Registry.RegisterAsync("delay", On(new DatasetReference("flights", 1)));

        await Datasets.DeleteVersionAsync(new DatasetReference("flights", 1));

        Assert.That(Warning(), Does.StartWith("The dataset 'flights/1' was deleted.").And.Contain(": 2 (model 'churn' version 1, model 'delay' version 1)."));
    }

    [Test]
    public async Task Deleting_a_dataset_names_the_models_that_were_trained_on_any_version()
    {
        await Registry.RegisterAsync("churn", On(new DatasetReference("flights", 2)));

        await Datasets.DeleteAsync("flights");

        Assert.That(Warning(), Does.StartWith("The dataset 'flights' was deleted.").And.Contain("model 'churn' version 1"));
    }

    [Test]
    public async Task Deleting_data_without_dependent_models_logs_no_warning()
    {
        await Registry.RegisterAsync("churn", On(new DatasetReference("flights", 2)));

        await Datasets.DeleteVersionAsync(new DatasetReference("flights", 1));
        await Datasets.TagAsync("flights", "a", "b", version: 2);

        Assert.That(Warning(), Is.Null);
    }

    private ModelRegistration On(params DatasetReference[] datasets) =>
        new() { Format = "onnx", Files = [_registrations.File], Lineage = new ModelLineage { Datasets = datasets } };

    private async Task<VersionNotFoundException> RefuseAsync(params DatasetReference[] datasets) =>
        (await Assert.ThrowsAsync<VersionNotFoundException>(() => Registry.RegisterAsync("churn", On(datasets))))!;

    private string? Warning() => _logs.GetSnapshot().SingleOrDefault(static record => record.Id.Id == 354)?.Message;
}
