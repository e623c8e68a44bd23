using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>How many requests a store makes at a time, that it makes none too early, and that it waits for none that is cancelled.</summary>
[Category("Backend")]
public sealed class AzureBlobRequestTests
{
    private const int BlockSize = 256 << 10;
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private AzureBlobStorageOptions _options = null!;
    private FaultProxy _proxy = null!;
    private AzureBlobArtifactStore _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        _options = AzuriteStores.Options(server.Through(_proxy));
        _options.BlockSize = BlockSize;
        _options.StallTimeout = TimeSpan.FromMinutes(5);
        _store = new AzureBlobArtifactStore(_options);
        _ = await _store.FindAsync(s_path);
    }

    [TearDown]
    public async Task DisposeStore()
    {
        _store.Dispose();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task Blocks_are_sent_several_at_a_time()
    {
        var held = _proxy.Inject(new Fault.HoldAnswer(), times: _options.Parallelism, IsPut);

        var content = await WriteAsync(_options.Parallelism * BlockSize);

        Assert.That(held.Strikes, Is.EqualTo(_options.Parallelism));
        Assert.That((await _store.ReadBytesAsync(s_path)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Ranges_are_read_several_at_a_time_where_one_connection_is_slow()
    {
        var content = await WriteAsync(16 << 20);
        _proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(10)), where: IsGet);
        var held = _proxy.Inject(new Fault.HoldAnswer(), times: _options.Parallelism, IsGet);

        var read = await _store.ReadBytesAsync(s_path).WaitAsync(s_patience);

        Assert.That(held.Strikes, Is.EqualTo(_options.Parallelism));
        Assert.That(read.AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Range_of_a_version_that_has_been_replaced_is_a_conflict()
    {
        await _store.WriteTextAsync(s_path, "the version that is read");
        var read = await _store.FindAsync(s_path);
        await _store.WriteTextAsync(s_path, "the version after that one");
        var settings = new AzureBlobSettings(key: null);
        using var reader = new BlobRangeReader(
            _store.RawBlob("a"), read!, new AzureBlobErrors(_options, settings, _proxy.Endpoint), body: null, offset: 0, length: 10);

        await Assert.ThatAsync(async () => await reader.ReadAsync(new byte[10], CancellationToken.None), Throws.TypeOf<ArtifactConflictException>());
    }

    [Test]
    public async Task Cancelling_a_write_is_prompt_while_its_requests_stand_still([Values] bool inBlocks, [Values] bool answerStandsStill)
    {
        Fault stall = answerStandsStill ? new Fault.StallResponse(AfterBytes: 0) : new Fault.StallRequest(AfterBytes: inBlocks ? 100_000 : 2_000);
        var stalled = _proxy.Inject(stall, times: 100, IsPut);
        using var cancelling = new CancellationTokenSource();

        var writing = _store.WriteBytesAsync(s_path, new byte[inBlocks ? 6 * BlockSize : 10_000], cancellationToken: cancelling.Token);
        await stalled.Struck;
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => writing.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Cancelling_a_read_is_prompt_while_its_answers_stand_still([Values] bool inRanges, [Values(100, 100_000)] int afterBytes)
    {
        await WriteAsync(8 << 20);
        if (inRanges)
        {
            _proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(10)), where: IsGet);
        }

        var stalled = _proxy.Inject(new Fault.StallResponse(afterBytes), times: 100, IsGet);
        using var cancelling = new CancellationTokenSource();

        var reading = _store.ReadBytesAsync(s_path, cancellationToken: cancelling.Token);
        await stalled.Struck;
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => reading.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Listing_asks_for_a_page_when_it_comes_to_it()
    {
        var server = await AzuriteServer.RequireAsync();
        var pages = 0;
        await using var onePerPage = new AlteringProxy(server.Endpoint, (request, send) =>
        {
            pages++;
            request.RequestUri = new Uri($"{request.RequestUri!.AbsoluteUri}&maxresults=1");
            return send();
        });
        foreach (var name in new[] { "a", "b", "c" })
        {
            await _store.WriteTextAsync(ArtifactPath.Parse(name), name);
        }

        // A shared access signature holds for altered requests too, as the account's key does not.
        var container = _store.GetService<BlobContainerClient>()!;
        var sas = container.GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1)).Query;
        using var store = new AzureBlobArtifactStore(new AzureBlobStorageOptions
        {
            ServiceUri = new Uri(onePerPage.Endpoint, server.AccountName),
            SasToken = sas,
            Container = container.Name,
        });

        var asked = new List<int>();
        await foreach (var _ in store.ListAsync())
        {
            asked.Add(pages);
        }

        Assert.That(asked, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    private async Task<byte[]> WriteAsync(int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        await _store.WriteBytesAsync(s_path, content).WaitAsync(s_patience);
        return content;
    }

    private static bool IsGet(string requestLine) => requestLine.StartsWith("GET ", StringComparison.Ordinal);

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT ", StringComparison.Ordinal);
}
