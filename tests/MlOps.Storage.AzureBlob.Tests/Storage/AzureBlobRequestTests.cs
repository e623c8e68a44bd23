using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Storage;

namespace MlOps.Storage;

[RequiresServer("azurite")]
public sealed class AzureBlobRequestTests : RequestFixture
{
    private AzureBlobStorageOptions _options = null!;
    private FaultProxy _proxy = null!;
    private AzureBlobArtifactStore _store = null!;

    protected override int PartSize => 256 << 10;

    protected override IArtifactStore Store => _store;

    protected override FaultProxy Proxy => _proxy;

    [SetUp]
    public async Task CreateStore()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        _options = AzuriteStores.Options(server.Through(_proxy));
        (_options.BlockSize, _options.Parallelism, _options.StallTimeout) = (PartSize, Parallelism, TimeSpan.FromMinutes(5));
        _store = new AzureBlobArtifactStore(_options);
        _ = await _store.FindAsync(Path);
    }

    [TearDown]
    public async Task DisposeStore()
    {
        _store?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [Test]
    public async Task Range_of_a_version_that_has_been_replaced_is_a_conflict()
    {
        await _store.WriteTextAsync(Path, "the version that is read");
        var read = await _store.FindAsync(Path);
        await _store.WriteTextAsync(Path, "the version after that one");
        var settings = new AzureBlobSettings(key: null);
        using var reader = new BlobRangeReader(
            _store.RawBlob("a"), read!, new AzureBlobErrors(_options, settings, _proxy.Endpoint), body: null, offset: 0, length: 10);

        await Assert.ThatAsync(async () => await reader.ReadAsync(new byte[10], CancellationToken.None), Throws.TypeOf<ArtifactConflictException>());
    }

    [Test]
    public async Task Listing_requests_a_page_only_when_it_is_needed()
    {
        var server = await AzuriteServer.RequireAsync();
        var pages = 0;
        await using var onePerPage = new AlteringProxy(server.Endpoint, (request, send) =>
        {
            pages++;
            request.RequestUri = new Uri($"{request.RequestUri!.AbsoluteUri}&maxresults=1");
            return send();
        });
        await WriteThreeAsync(_store);

        // A shared access signature holds for altered requests too, as the account's key does not.
        var container = _store.GetService<BlobContainerClient>()!;
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = new Uri(onePerPage.Endpoint, server.AccountName),
            SasToken = container.GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1)).Query,
            Container = container.Name,
        });

        await AssertPagesAreAskedForLateAsync(store, () => pages);
    }
}
