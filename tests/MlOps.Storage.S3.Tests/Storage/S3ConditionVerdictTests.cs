using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>That a server is probed once for each store: the verdict is kept in the store for later processes.</summary>
[RequiresServer("moto")]
public sealed class S3ConditionVerdictTests
{
    private static readonly ArtifactPath s_verdicts = ArtifactPath.Parse("mlops-conditions.json");
    private static readonly ArtifactWriteOptions s_ifAbsent = new() { Condition = WriteCondition.IfAbsent };

    [Test]
    public async Task A_later_process_makes_one_request_more_before_its_first_conditional_write()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        await WriteAsync(options, "first");
        Assert.That(proxy.Requests.Count(IsProbe), Is.GreaterThan(20));
        options.CreateIfMissing = false;
        var before = proxy.Requests.Count;

        await WriteAsync(options, "second");

        Assert.That(proxy.Requests.Skip(before).Count(IsProbe), Is.Zero);
        Assert.That(proxy.Requests.Count - before, Is.EqualTo(2), "the verdict, and the write");
    }

    [TestCase("""{"format":1,"verdicts":[{"target":"https://elsewhere other-bucket","verdict":"1 quoted"}]}""")]
    [TestCase("""{"format":1,"verdicts":[{"target":null,"verdict":"1 quoted"}]}""")]
    [TestCase("""{"format":2}""")]
    [TestCase("not JSON")]
    public async Task A_verdict_on_another_server_or_one_that_cannot_be_read_is_replaced(string document)
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        using (var store = new S3ArtifactStore(options))
        {
            await store.WriteTextAsync(s_verdicts, document);
        }

        await WriteAsync(options, "first");
        var probes = proxy.Requests.Count(IsProbe);
        await WriteAsync(options, "second");

        Assert.That(probes, Is.Positive);
        Assert.That(proxy.Requests.Count(IsProbe), Is.EqualTo(probes));
    }

    [Test]
    public async Task A_verdict_is_kept_only_of_a_server_that_passes()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = AlteringProxy.DeafTo("If-None-Match", server.ServiceUrl);
        var options = S3Stores.OptionsFor(server with { ServiceUrl = proxy.Endpoint });

        await Assert.ThatAsync(() => WriteAsync(options, "first"), Throws.TypeOf<ProviderException>());

        using var store = new S3ArtifactStore(options);
        Assert.That(await store.FindAsync(s_verdicts), Is.Null);
    }

    /// <summary>Performs a conditional write in a separate container, like another process.</summary>
    private static async Task WriteAsync(S3StorageOptions options, string path)
    {
        var settings = S3Stores.SettingsOf(options);
        settings["MlOps:Storage:S3:CreateIfMissing"] = $"{options.CreateIfMissing}";
        var services = new ServiceCollection();
        services.AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings!).Build()).AddS3Storage();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IArtifactStore>().WriteTextAsync(ArtifactPath.Parse(path), "text", s_ifAbsent);
    }

    private static bool IsProbe(string requestLine) => requestLine.Contains("/mlops-probe.", StringComparison.Ordinal);
}
