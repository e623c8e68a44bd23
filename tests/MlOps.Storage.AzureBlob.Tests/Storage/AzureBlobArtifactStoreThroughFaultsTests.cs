using Azure.Storage.Blobs;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>The same contract where requests of each test are refused, break or lose their answers.</summary>
[Category("Backend")]
public sealed class AzureBlobArtifactStoreThroughFaultsTests : ArtifactStoreConformance
{
    private InjectedFault[] _faults = [];
    private FaultProxy _proxy = null!;

    protected override bool OrdersSupplementaryCharacters => false;

    /// <summary>Measured without the proxy, which runs in this process.</summary>
    protected override int? MostMemory => null;

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        var options = AzuriteStores.Options(server.Through(_proxy));
        options.StallTimeout = TimeSpan.FromSeconds(10);
        var store = new AzureBlobArtifactStore(options);

        // The first request makes the container; the faults are for those that follow.
        _ = await store.FindAsync(ArtifactPath.Parse("none"));
        _faults =
        [
            _proxy.Inject(new Fault.Answer(503, "ServerBusy"), where: IsPut),
            _proxy.Inject(new Fault.LoseAnswer(), where: IsPut),
            _proxy.Inject(new Fault.ResetRequest(AfterBytes: 300), where: IsPut),
            _proxy.Inject(new Fault.Answer(500, "InternalError"), where: IsGet),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 100), where: IsGet),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 100_000), where: IsGet),
        ];
        return store;
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) =>
        OpenDirectlyAsync(store.GetService<BlobContainerClient>()!.Name);

    [TearDown]
    public async Task DisposeProxy() => await _proxy.DisposeAsync();

    /// <summary>Small content never meets the last ones. One stall is enough, since it costs its whole time.</summary>
    [Test]
    public async Task Large_content_meets_every_fault_and_a_stall()
    {
        var path = ArtifactPath.Parse("a");
        var content = new byte[LargeSize];
        _faults = [.. _faults, _proxy.Inject(new Fault.StallResponse(AfterBytes: 3_000_000), where: IsGet)];

        await Store.WriteBytesAsync(path, content);
        var read = await Store.ReadBytesAsync(path);

        Assert.That(read, Is.EqualTo(content));
        Assert.That(_faults.Where(static fault => fault.Strikes == 0).Select(static fault => fault.Fault), Is.Empty);
    }

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT ", StringComparison.Ordinal);

    /// <summary>Download links are fetched by a plain HTTP client, which repeats nothing.</summary>
    private static bool IsGet(string requestLine) =>
        requestLine.StartsWith("GET ", StringComparison.Ordinal) && !requestLine.Contains("sig=", StringComparison.Ordinal);

    private static async Task<IArtifactStore> OpenDirectlyAsync(string container) =>
        await AzuriteStores.CreateAsync(options => options.Container = container);
}
