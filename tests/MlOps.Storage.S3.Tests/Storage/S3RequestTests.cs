using MlOps.Tests.Backends;
using MlOps.Tests.Conformance.Storage;

namespace MlOps.Storage;

[RequiresServer("moto")]
public sealed class S3RequestTests : RequestFixture
{
    private FaultProxy _proxy = null!;
    private S3ArtifactStore _store = null!;

    protected override int PartSize => 5 << 20;

    protected override IArtifactStore Store => _store;

    protected override FaultProxy Proxy => _proxy;

    [SetUp]
    public async Task CreateStore()
    {
        var server = await MotoServer.RequireAsync();
        _proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(_proxy));
        (options.PartSize, options.Parallelism, options.StallTimeout) = (PartSize, Parallelism, TimeSpan.FromMinutes(5));
        _store = new S3ArtifactStore(options);
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
    public async Task Listing_requests_a_page_only_when_it_is_needed()
    {
        var server = await MotoServer.RequireAsync();
        var pages = 0;
        await using var onePerPage = new AlteringProxy(server.ServiceUrl, (request, send) =>
        {
            if (request.RequestUri!.Query.Contains("list-type=", StringComparison.Ordinal))
            {
                pages++;
                request.RequestUri = new Uri($"{request.RequestUri.AbsoluteUri}&max-keys=1");
            }

            return send();
        });
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server with { ServiceUrl = onePerPage.Endpoint }));
        await WriteThreeAsync(store);
        pages = 0; // a list also finds out whether there is a bucket

        await AssertPagesAreAskedForLateAsync(store, () => pages);
    }
}
