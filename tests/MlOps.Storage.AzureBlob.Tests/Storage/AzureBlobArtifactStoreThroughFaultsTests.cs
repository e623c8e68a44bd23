using Azure.Storage.Blobs;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>The same contract where requests of each test are refused, break or lose their answers.</summary>
[FaultFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[RequiresServer("azurite")]
public sealed class AzureBlobArtifactStoreThroughFaultsTests : ArtifactStoreConformance, IAsyncDisposable
{
    private InjectedFault[] _faults = [];
    private FaultProxy _proxy = null!;

    protected override bool OrdersSupplementaryCharacters => false;

    /// <summary>Few, because longer listings are tested without faults, and each of these writes goes through the proxy.</summary>
    protected override int ManyArtifacts => 300;

    /// <summary>Measured without the proxy, which runs in this process.</summary>
    protected override int? MaxMemory => null;

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        var store = new AzureBlobArtifactStore(AzuriteStores.Options(server.Through(_proxy)));

        // The first request makes the container; the faults are for those that follow.
        _ = await store.FindAsync(ArtifactPath.Parse("none"));
        _faults =
        [
            _proxy.Inject(new Fault.LoseAnswer(), where: IsPut),
            _proxy.Inject(new Fault.ResetRequest(AfterBytes: 1_000_000), where: IsBlock),
            _proxy.Inject(new Fault.ResetRequest(AfterBytes: 300), where: IsCommit),
            _proxy.Inject(new Fault.Answer(503, "ServerBusy"), where: IsGet),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 700), where: IsListing),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 100_000), where: static line => IsGet(line) && !IsListing(line)),
        ];
        return store;
    }

    protected override Task<IArtifactStore> OpenAgainAsync(IArtifactStore store) =>
        OpenDirectlyAsync(store.GetService<BlobContainerClient>()!.Name);

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    /// <summary>Only large content meets the faults midway.</summary>
    [Test]
    public async Task Large_content_and_its_listing_meet_every_fault()
    {
        var path = ArtifactPath.Parse("a");
        var content = new byte[LargeSize];
        Random.Shared.NextBytes(content);

        await Store.WriteBytesAsync(path, content);
        var listed = await Store.ListAsync().SingleAsync();
        var read = await Store.ReadBytesAsync(path);

        Assert.That(listed.Size, Is.EqualTo(LargeSize));
        Assert.That(read.AsSpan().SequenceEqual(content));
        Assert.That(_faults.Where(static fault => fault.Strikes == 0).Select(static fault => fault.Fault), Is.Empty);
    }

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT ", StringComparison.Ordinal);

    private static bool IsBlock(string requestLine) => IsPut(requestLine) && requestLine.Contains("comp=block&", StringComparison.Ordinal);

    private static bool IsCommit(string requestLine) => IsPut(requestLine) && requestLine.Contains("comp=blocklist", StringComparison.Ordinal);

    /// <summary>Download links are fetched by a plain HTTP client, which repeats nothing.</summary>
    private static bool IsGet(string requestLine) =>
        requestLine.StartsWith("GET ", StringComparison.Ordinal) && !requestLine.Contains("sig=", StringComparison.Ordinal);

    private static bool IsListing(string requestLine) => IsGet(requestLine) && requestLine.Contains("comp=list", StringComparison.Ordinal);

    private static async Task<IArtifactStore> OpenDirectlyAsync(string container) =>
        await AzuriteStores.CreateAsync(options => options.Container = container);
}
