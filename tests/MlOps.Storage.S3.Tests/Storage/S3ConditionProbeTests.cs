using Amazon.S3.Model;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Verifies the probe of conditional writes before the first conditional write.</summary>
[RequiresServer("moto", "rgw")]
public sealed class S3ConditionProbeTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly ArtifactWriteOptions s_ifAbsent = new() { Condition = WriteCondition.IfAbsent };

    [TestCase("If-None-Match", "overwrites")]
    [TestCase("If-Match", "another ETag")]
    public Task Server_that_ignores_a_condition_is_refused_for_conditional_writes_only(string header, string lacks) =>
        AssertRefusedAsync(server => AlteringProxy.DeafTo(header, server), lacks);

    [TestCase("If-None-Match")]
    [TestCase("If-Match")]
    public Task Server_that_checks_conditions_without_atomicity_is_refused_for_conditional_writes_only(string header) =>
        AssertRefusedAsync(
            server => AlteringProxy.WithoutAtomicity(header, server), $"'{header}{(header == "If-Match" ? "" : ": *")}' does not let exactly one");

    [Test]
    public async Task Server_that_stores_the_framing_of_uploads_is_refused_for_conditional_writes()
    {
        var server = await MotoServer.RequireAsync();
        await using var framing = AlteringProxy.StoringFraming(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server with { ServiceUrl = framing.Endpoint }));

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text", s_ifAbsent),
            Throws.TypeOf<ProviderException>().With.Message.Contains("does not store the bytes that were sent").And.Message.Contains("aws-chunked"));
    }

    [Test]
    public async Task Server_that_wants_etags_with_quotes_or_without_gets_them_so([Values] bool inQuotes)
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = AlteringProxy.MistakingETags(!inQuotes, server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server with { ServiceUrl = proxy.Endpoint }));
        var first = await store.WriteTextAsync(s_path, "first", s_ifAbsent);
        var ifFirst = new ArtifactWriteOptions { Condition = WriteCondition.IfMatch(first.ETag) };

        await store.WriteTextAsync(s_path, "second", ifFirst);

        await Assert.ThatAsync(() => store.WriteTextAsync(s_path, "third", ifFirst), Throws.TypeOf<ArtifactConflictException>());
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("second"));
    }

    [Test]
    public async Task Server_is_probed_once()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server.Through(proxy)));

        await store.WriteTextAsync(s_path, "text", s_ifAbsent);
        var first = proxy.Requests.Count(IsProbe);
        await store.WriteTextAsync(ArtifactPath.Parse("b"), "text", s_ifAbsent);

        Assert.That(first, Is.Positive);
        Assert.That(proxy.Requests.Count(IsProbe), Is.EqualTo(first));
    }

    [Test]
    public async Task Probe_leaves_nothing_behind([Values] bool ceph)
    {
        var options = S3Stores.OptionsFor(ceph ? await RgwServer.RequireAsync() : await MotoServer.RequireAsync());
        using var store = new S3ArtifactStore(options);

        await store.WriteTextAsync(s_path, "text", s_ifAbsent);

        var all = await store.Client().ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket });
        Assert.That(all.S3Objects.Select(static found => found.Key), Is.EqualTo(new[] { "a" }));
    }

    private static async Task AssertRefusedAsync(Func<Uri, AlteringProxy> faulty, string lacks)
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = faulty(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server with { ServiceUrl = proxy.Endpoint }));

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text", s_ifAbsent),
            Throws.TypeOf<ProviderException>().With.Message.Contains(lacks).And.Message.Contains("ServiceUrl"));

        await store.WriteTextAsync(s_path, "text");
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
    }

    private static bool IsProbe(string requestLine) => requestLine.Contains("/mlops-probe.", StringComparison.Ordinal);
}
