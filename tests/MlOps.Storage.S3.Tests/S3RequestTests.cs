using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tests;

/// <summary>How many requests a store makes at a time, and that it makes none too early and waits for none that is cancelled.</summary>
[Category("Backend")]
public sealed class S3RequestTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private S3StorageOptions _options = null!;
    private FaultProxy _proxy = null!;
    private S3ArtifactStore _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        var server = await MotoServer.RequireAsync();
        _proxy = new FaultProxy(server.ServiceUrl);
        _options = S3Stores.OptionsFor(server.Through(_proxy));
        _options.StallTimeout = TimeSpan.FromMinutes(5);
        _store = new S3ArtifactStore(_options);
        _ = await _store.FindAsync(s_path);
    }

    [TearDown]
    public async Task DisposeStore()
    {
        _store.Dispose();
        await _proxy.DisposeAsync();
    }

    [Test]
    public async Task Parts_are_sent_several_at_a_time()
    {
        var held = _proxy.Inject(new Fault.HoldAnswer(), times: _options.Parallelism, IsPut);

        var content = await WriteAsync(_options.Parallelism * _options.PartSize);

        Assert.That(held.Strikes, Is.EqualTo(_options.Parallelism));
        Assert.That((await _store.ReadBytesAsync(s_path)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Ranges_are_read_several_at_a_time_where_one_connection_is_slow()
    {
        var content = await WriteAsync(32 << 20);
        _proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(10)), where: IsGet);
        var held = _proxy.Inject(new Fault.HoldAnswer(), times: _options.Parallelism, IsGet);

        var read = await _store.ReadBytesAsync(s_path).WaitAsync(s_patience);

        Assert.That(held.Strikes, Is.EqualTo(_options.Parallelism));
        Assert.That(read.AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Cancelling_a_write_is_prompt_while_its_requests_stand_still([Values] bool inParts, [Values] bool answerStandsStill)
    {
        // Behind "100 Continue", after which the body is sent.
        Fault stall = answerStandsStill ? new Fault.StallResponse(AfterBytes: 30) : new Fault.StallRequest(AfterBytes: inParts ? 1 << 20 : 2_000);
        var stalled = _proxy.Inject(stall, times: 100, IsPut);
        using var cancelling = new CancellationTokenSource();

        var writing = _store.WriteBytesAsync(s_path, new byte[inParts ? 11 << 20 : 10_000], cancellationToken: cancelling.Token);
        await stalled.Struck;
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => writing.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Cancelling_a_read_is_prompt_while_its_answers_stand_still([Values] bool inRanges, [Values(100, 1 << 20)] int afterBytes)
    {
        await WriteAsync(16 << 20);
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
        foreach (var name in new[] { "a", "b", "c" })
        {
            await store.WriteTextAsync(ArtifactPath.Parse(name), name);
        }

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

    private static bool IsGet(string requestLine) => requestLine.StartsWith("GET", StringComparison.Ordinal);

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT", StringComparison.Ordinal);
}
