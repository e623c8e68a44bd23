using MlOps.Tests.Backends;

namespace MlOps.Testing.Tests.Backends;

public sealed class WorkerProcessTests
{
    [Test]
    [RequiresServer("moto")]
    public async Task Killed_worker_has_reported_acknowledged_writes()
    {
        using var worker = await WorkerProcess.StartAsync(await GetS3SettingsAsync(), "write-forever", "folder", "1000");
        worker.Release();

        var first = await worker.ReadLineAsync();
        var second = await worker.ReadLineAsync();
        var others = await worker.KillAsync();

        Assert.That(new[] { first, second }.Concat(others), Has.All.Match("^folder/[0-9]+/[0-9]{6} [0-9a-f]{64}$"));
    }

    [Test]
    public async Task Worker_that_cannot_reach_its_store_reports_the_reason()
    {
        var settings = new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "Nowhere" };

        await Assert.ThatAsync(
            () => WorkerProcess.StartAsync(settings, "race", "16"), Throws.InvalidOperationException.With.Message.Contains("Nowhere"));
    }

    [Test]
    public async Task Worker_ends_with_its_input()
    {
        using var worker = await WorkerProcess
            .StartAsync(new Dictionary<string, string> { ["MlOps:Storage:Provider"] = "Memory" }, "overwrite-forever", "a", "10");
        worker.Release();
        await worker.ReadLineAsync();

        worker.EndInput();

        await worker.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static async Task<Dictionary<string, string>> GetS3SettingsAsync()
    {
        var server = await MotoServer.RequireAsync();
        return new Dictionary<string, string>
        {
            ["MlOps:Storage:Provider"] = "S3",
            ["MlOps:Storage:S3:ServiceUrl"] = server.ServiceUrl.ToString(),
            ["MlOps:Storage:S3:Bucket"] = S3Server.NewBucketName(),
            ["MlOps:Storage:S3:AccessKey"] = server.AccessKey,
            ["MlOps:Storage:S3:SecretKey"] = server.SecretKey,
            ["MlOps:Storage:S3:CreateIfMissing"] = "true",
        };
    }
}
