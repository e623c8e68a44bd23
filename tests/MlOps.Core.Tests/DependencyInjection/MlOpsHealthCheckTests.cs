using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class MlOpsHealthCheckTests
{
    [Test]
    public async Task A_reachable_store_is_healthy() =>
        Assert.That((await CheckAsync(new InMemoryArtifactStore())).Status, Is.EqualTo(HealthStatus.Healthy));

    [Test]
    public async Task A_failing_store_is_unhealthy_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "objects"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "objects", "a@artifact"), "/dev/null");

        var report = await CheckAsync(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path }));

        Assert.That(report.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries["mlops-storage"].Description, Does.Contain("symbolic link"));
    }

    [Test]
    public async Task A_check_selects_a_keyed_store_ignoring_case()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.AddHealthChecks().AddMlOpsStorage("memory").Services.BuildServiceProvider();

        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.That(report.Entries["mlops-storage-memory"].Status, Is.EqualTo(HealthStatus.Healthy));
    }

    private static async Task<HealthReport> CheckAsync(IArtifactStore store)
    {
        await using var services = new ServiceCollection()
            .AddMlOps(static options => options.Storage.Provider = "Mine").AddArtifactStore("Mine", _ => store).Services
            .AddHealthChecks().AddMlOpsStorage().Services.BuildServiceProvider();
        return await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }
}
