using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Documents;
using MlOps.Migration;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Tests a service whose store is not mounted, which looks like an empty store, or is replaced by another store.</summary>
public sealed class UnmountedStoreTests : ServingFixture
{
    private readonly UnmountedStore _store = new();

    [Test]
    public async Task A_failed_reload_degrades_a_running_service_that_continues_to_serve()
    {
        var service = await StartAsync();
        _store.Unmount();

        var thrown = await Assert.ThrowsAsync<ProviderException>(() => service.Model.ReloadAsync());

        Assert.That(thrown!.Message, Does.Contain("not mounted"));
        Assert.That(service.Model.Status.Error, Does.Contain("not mounted"));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        var health = await service.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Degraded));
        Assert.That(health.Entries["mlops-models"].Description, Does.Contain("not mounted"));
    }

    [Test]
    public async Task A_failed_poll_degrades_a_running_service_until_it_succeeds()
    {
        var service = await StartAsync();
        _store.Unmount();

        service.Clock.Advance(TimeSpan.FromSeconds(10));
        await service.PollAsync(static status => status.Error is not null);

        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        _store.Mount();
        await service.PollAsync(static status => status.Error is null);
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [TestCase(ModelStartMode.Optional)]
    [TestCase(ModelStartMode.Lazy)]
    public async Task A_service_starts_from_its_local_cache_and_is_degraded(ModelStartMode start)
    {
        await StartAsync();
        _store.Unmount();
        var service = Create(start);

        await service.StartAsync();

        Assert.That((await service.Model.PredictAsync(new Point { X = 1 })).Output.Y, Is.EqualTo(2));
        Assert.That(service.Model.Status.IsFromCache, Is.True);
        Assert.That(service.Model.Status.Error, Does.Contain("not mounted").And.Contain(Path.Combine("cache", "line")));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
    }

    [Test]
    public async Task A_required_model_fails_the_start_and_the_error_does_not_report_an_empty_store()
    {
        await StartAsync();
        _store.Unmount();

        var thrown = await Assert.ThrowsAsync<ModelNotReadyException>(Create(ModelStartMode.Required).StartAsync);

        Assert.That(thrown!.Message, Does.Contain("not mounted").And.Not.Contain("There is no model"));
    }

    [Test]
    public async Task A_service_with_the_cache_of_another_store_starts_from_it_and_names_both_ids()
    {
        await StartAsync();
        var id = await ReadIdAsync(_store);
        var other = new InMemoryArtifactStore();
        _store.Unmount(other);
        using var folder = new TemporaryFolder();
        await PutAsync(other, "3", folder);

        for (var start = 0; start < 2; start++)
        {
            var service = Create(ModelStartMode.Optional);
            await service.StartAsync();

            Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
            Assert.That(service.Model.Status.Error, Does.Contain(id).And.Contain(await ReadIdAsync(other)));
        }
    }

    [Test]
    public async Task A_service_whose_store_was_migrated_starts_from_the_new_store()
    {
        await StartAsync();
        var moved = new InMemoryArtifactStore();
        Assert.That((await new ArtifactMigrator(_store, moved).RunAsync()).IsComplete, Is.True);
        _store.Unmount(moved);

        for (var start = 0; start < 2; start++)
        {
            var service = Create(ModelStartMode.Required);
            await service.StartAsync();

            Assert.That(service.Model.Status.IsFromCache, Is.False);
            Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        }
    }

    [Test]
    public async Task A_service_with_the_cache_of_a_store_without_marker_starts()
    {
        await StartAsync();
        foreach (var pointer in Directory.GetFiles(Folder.Path, "last-served", SearchOption.AllDirectories))
        {
            await File.WriteAllLinesAsync(pointer, (await File.ReadAllLinesAsync(pointer))[..3]);
        }

        var service = Create(ModelStartMode.Required);
        await service.StartAsync();

        Assert.That(service.Model.Status.IsFromCache, Is.False);
    }

    private static async Task<string> ReadIdAsync(IArtifactStore store) =>
        System.Text.Json.Nodes.JsonNode.Parse(await store.ReadBytesAsync(StoreMarker.Path))!["id"]!.GetValue<string>();

    private static async Task PutAsync(IArtifactStore store, string slope, TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, "slope.txt");
        await File.WriteAllTextAsync(file, slope);
        var registry = new ModelRegistry(store, new RegistryOptions { Formats = { "line" } });
        await registry.RegisterAsync("line", new ModelRegistration { Format = "line", Files = [file], Signature = Line.Signature });
        await registry.SetAliasAsync("line", "production", 1);
    }

    private Service Create(ModelStartMode start)
    {
        Store = new PluggableStore(_store);
        return CreateService(options => options.Start = start);
    }

    private async Task<Service> StartAsync()
    {
        var service = Create(ModelStartMode.Required);
        await service.PromoteAsync("2");
        await service.StartAsync();
        return service;
    }
}
