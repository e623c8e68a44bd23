using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Monitoring.Windows;

/// <summary>Processes that share a store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowProcessesTests : IDisposable
{
    private const int Predictions = 3000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlops-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public Task Three_processes_on_one_disk_are_merged_and_a_kill_loses_only_the_last_predictions() => AssertMergedAsync(LocalDiskSettings());

    [Test]
    [Category("Backend")]
    public async Task Three_processes_on_s3_are_merged_and_a_kill_loses_only_the_last_predictions()
    {
        var server = await MotoServer.RequireAsync();

        await AssertMergedAsync(new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "S3",
            ["MlOps:Storage:S3:ServiceUrl"] = server.ServiceUrl.ToString(),
            ["MlOps:Storage:S3:Bucket"] = S3Server.NewBucketName(),
            ["MlOps:Storage:S3:AccessKey"] = server.AccessKey,
            ["MlOps:Storage:S3:SecretKey"] = server.SecretKey,
            ["MlOps:Storage:S3:CreateIfMissing"] = "true",
        });
    }

    [Test]
    [Category("Backend")]
    public async Task Three_processes_on_azure_are_merged_and_a_kill_loses_only_the_last_predictions()
    {
        await using var server = await AzuriteServer.RequireAsync();

        await AssertMergedAsync(new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "AzureBlob",
            ["MlOps:Storage:AzureBlob:ConnectionString"] = server.ConnectionString,
            ["MlOps:Storage:AzureBlob:Container"] = AzuriteServer.NewContainerName(),
            ["MlOps:Storage:AzureBlob:CreateIfMissing"] = "true",
        });
    }

    private Dictionary<string, string> LocalDiskSettings() => new()
    {
        ["MlOps:Storage:Provider"] = "LocalDisk",
        ["MlOps:Storage:LocalDisk:Root"] = Path.Combine(_folder.FullName, "store"),
    };

    /// <summary>Asserts that the windows of three processes, of which one is killed and started again, contain all acknowledged predictions.</summary>
    private async Task AssertMergedAsync(Dictionary<string, string> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        var services = new ServiceCollection();
        services.AddMlOps(configuration.Build()).AddS3Storage().AddAzureBlobStorage();
        await using var provider = services.BuildServiceProvider();
        await RegisterAsync(provider.GetRequiredService<IModelRegistry>());
        var count = Predictions.ToString(CultureInfo.InvariantCulture);
        using var one = await WorkerProcess.StartAsync(settings, "observe", TestInstance.Model, count);
        using var other = await WorkerProcess.StartAsync(settings, "observe", TestInstance.Model, count);
        using var killed = await WorkerProcess.StartAsync(settings, "observe-forever", TestInstance.Model);
        one.Release();
        other.Release();
        killed.Release();
        var acknowledged = int.Parse(await killed.RequireLineAsync(), CultureInfo.InvariantCulture);
        await Task.WhenAll(one.ReadToEndAsync(), other.ReadToEndAsync());
        var printed = await killed.KillAsync();
        acknowledged = printed.Count > 0 ? int.Parse(printed[^1], CultureInfo.InvariantCulture) : acknowledged;
        using var restarted = await WorkerProcess.StartAsync(settings, "observe", TestInstance.Model, count);
        restarted.Release();
        await restarted.ReadToEndAsync();

        var store = provider.GetRequiredService<IArtifactStore>();
        var later = new JumpingClock(TimeProvider.System.GetUtcNow()) { Jump = TimeSpan.FromDays(3) };
        var before = await ReadAsync(store, later);
        await new WindowMaintenance(store, later, NullLogger<WindowMaintenance>.Instance)
            .RunAsync(TestInstance.Model, TimeSpan.FromDays(30), CancellationToken.None);
        var after = await ReadAsync(store, later);

        // The killed process may have written 500 predictions that it had not yet printed.
        Assert.That(before.Sum(static window => window.Predictions), Is.InRange((3 * Predictions) + acknowledged, (3 * Predictions) + acknowledged + 500));
        Assert.That(before.Sum(static window => window.Inputs.Rows), Is.EqualTo(before.Sum(static window => window.Predictions)));
        Assert.That(before.SelectMany(static window => window.Instances).Distinct().Count(), Is.EqualTo(4));
        Assert.That(before.SelectMany(static window => window.Faults), Has.One.Contains("did not end cleanly"));
        Assert.That(
            after.Select(static window => (window.Start, window.Predictions)),
            Is.EqualTo(before.Select(static window => (window.Start, window.Predictions))));
        Assert.That(
            await store.ListAsync(WindowPaths.Windows(TestInstance.Model)).Select(static entry => entry.Path.Name).ToListAsync(),
            Has.Count.EqualTo(before.Count));
    }

    private async Task RegisterAsync(IModelRegistry registry)
    {
        var file = Path.Combine(_folder.FullName, "model.onnx");
        await File.WriteAllTextAsync(file, "model");
        await registry.RegisterAsync(TestInstance.Model, new ModelRegistration { Format = "onnx", Files = [file] });
    }

    private static Task<IReadOnlyList<MonitoringWindow>> ReadAsync(IArtifactStore store, TimeProvider clock) => TestInstance.ReadAsync(store, clock);
}
