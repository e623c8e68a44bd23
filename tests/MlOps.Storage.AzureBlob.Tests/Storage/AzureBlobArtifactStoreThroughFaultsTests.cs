using Azure.Storage.Blobs;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>The same contract where the first requests of each test are refused or break.</summary>
[Category("Backend")]
public sealed class AzureBlobArtifactStoreThroughFaultsTests : ArtifactStoreConformance
{
    private FaultProxy _proxy = null!;

    protected override bool OrdersSupplementaryCharacters => false;

    /// <summary>Measured without the proxy, which runs in this process.</summary>
    protected override int? MostMemory => null;

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        var store = new AzureBlobArtifactStore(AzuriteStores.Options(server.Through(_proxy)));

        // The first request makes the container; the faults are for those that follow.
        _ = await store.FindAsync(ArtifactPath.Parse("none"));
        _proxy.Inject(new Fault.Answer(503, "ServerBusy"));
        _proxy.Inject(new Fault.ResetRequest(AfterBytes: 300));
        _proxy.Inject(new Fault.ResetResponse(AfterBytes: 700));
        return store;
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) =>
        OpenDirectlyAsync(store.GetService<BlobContainerClient>()!.Name);

    [TearDown]
    public async Task DisposeProxy() => await _proxy.DisposeAsync();

    private static async Task<IArtifactStore> OpenDirectlyAsync(string container) =>
        await AzuriteStores.CreateAsync(options => options.Container = container);
}
