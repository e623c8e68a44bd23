using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>The health check of a store that contains records.</summary>
public sealed class StoreHealthTests
{
    [Test]
    public async Task A_store_that_is_not_mounted_is_unhealthy_if_it_was_mounted_before()
    {
        var store = new UnmountedStore();
        await using var services = Build(store);
        Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy), "A new store has no marker.");
        await StoreMarker.Of(services.GetRequiredService<IArtifactStore>()).EnsureAsync(default);
        Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy));

        store.Unmount();

        var report = await CheckAsync(services);
        Assert.That(report.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries["mlops-storage"].Description, Does.Contain("not mounted"));
    }

    [Test]
    public async Task A_store_of_records_that_ignores_conditions_is_unhealthy()
    {
        var store = new UnconditionalStore();
        await using var services = Build(store);
        await StoreMarker.Of(store).EnsureAsync(default);

        var report = await CheckAsync(services);

        Assert.That(report.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries["mlops-storage"].Description, Does.Contain("does not support conditional writes"));
    }

    [Test]
    public async Task Conditions_are_proven_once_for_each_process()
    {
        var writes = 0;
        var store = new HookedStore(new InMemoryArtifactStore(), () => writes++);
        await using var services = Build(store);
        await StoreMarker.Of(store).EnsureAsync(default);

        for (var check = 0; check < 5; check++)
        {
            Assert.That((await CheckAsync(services)).Status, Is.EqualTo(HealthStatus.Healthy));
        }

        Assert.That(writes, Is.EqualTo(2), "the marker, and one proof");
    }

    private static ServiceProvider Build(IArtifactStore store)
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "mine").AddArtifactStore("mine", _ => store);
        services.AddHealthChecks().AddMlOpsStorage();
        return services.BuildServiceProvider();
    }

    private static Task<HealthReport> CheckAsync(ServiceProvider services) => services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private sealed class UnconditionalStore : IArtifactStore
    {
        private readonly InMemoryArtifactStore _inner = new();

        public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.FindAsync(path, cancellationToken);

        public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
            _inner.OpenReadAsync(path, options, cancellationToken);

        public Task<ArtifactWriteResult> WriteAsync(
            ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
            _inner.WriteAsync(path, content, cancellationToken: cancellationToken);

        public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.DeleteAsync(path, cancellationToken);

        public IAsyncEnumerable<ArtifactEntry> ListAsync(
            ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
            _inner.ListAsync(prefix, startAfter, cancellationToken);
    }
}
