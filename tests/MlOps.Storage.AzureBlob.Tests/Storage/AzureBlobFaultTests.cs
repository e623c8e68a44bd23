using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Requests and answers that break, are lost or stand still.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[RequiresServer("azurite")]
public sealed class AzureBlobFaultTests : IAsyncDisposable
{
    private const int BlockSize = 256 << 10;
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(2);
    private FaultProxy _proxy = null!;
    private AzureBlobStorageOptions _options = null!;
    private AzureBlobArtifactStore _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        var server = await AzuriteServer.RequireAsync();
        _proxy = new FaultProxy(server.Endpoint);
        _options = AzuriteStores.Options(server.Through(_proxy));
        _options.BlockSize = BlockSize;
        _options.MaxRetries = 2;
        _store = new AzureBlobArtifactStore(_options);
        _ = await _store.FindAsync(s_path);
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [TestCase(100)]
    [TestCase(3 * BlockSize)]
    public async Task Write_if_absent_with_a_lost_response_succeeds(int size)
    {
        var lost = _proxy.Inject(new Fault.LoseAnswer(), where: IsFinalPut);

        var written = await _store.WriteBytesAsync(s_path, new byte[size], new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });

        Assert.That(lost.Strikes, Is.EqualTo(1));
        Assert.That((await _store.FindAsync(s_path))!.ETag, Is.EqualTo(written.ETag));
    }

    [TestCase(100)]
    [TestCase(3 * BlockSize)]
    public async Task Write_if_match_with_a_lost_response_succeeds(int size)
    {
        var first = await _store.WriteTextAsync(s_path, "first");
        var lost = _proxy.Inject(new Fault.LoseAnswer(), where: IsFinalPut);

        var written = await _store.WriteBytesAsync(s_path, new byte[size], new ArtifactWriteOptions { Condition = WriteCondition.IfMatch(first.ETag) });

        Assert.That(lost.Strikes, Is.EqualTo(1));
        Assert.That((await _store.FindAsync(s_path))!.ETag, Is.EqualTo(written.ETag));
    }

    [Test]
    public async Task Write_of_blocks_with_a_lost_response_succeeds()
    {
        var lost = _proxy.Inject(new Fault.LoseAnswer(), where: IsFinalPut);

        await _store.WriteBytesAsync(s_path, new byte[3 * BlockSize]);

        Assert.That(lost.Strikes, Is.EqualTo(1));
        Assert.That((await _store.ReadBytesAsync(s_path)).Length, Is.EqualTo(3 * BlockSize));
    }

    [Test]
    public async Task Read_that_breaks_midway_goes_on()
    {
        var content = await WriteAsync(3 * BlockSize);
        var broken = _proxy.Inject(new Fault.ResetResponse(AfterBytes: 100_000), times: 2, IsGet);

        var read = await _store.ReadBytesAsync(s_path);

        Assert.That(broken.Strikes, Is.EqualTo(2));
        Assert.That(read, Is.EqualTo(content));
    }

    [Test]
    public async Task Read_that_stands_still_goes_on_after_the_timeout()
    {
        var content = await WriteAsync(3 * BlockSize);
        using var impatient = AzuriteStores.OpenImpatient(_options, TimeSpan.FromSeconds(10), maxRetries: 2);
        var stalled = _proxy.Inject(new Fault.StallResponse(AfterBytes: 100_000), where: IsGet);

        var read = await impatient.ReadBytesAsync(s_path);

        Assert.That(stalled.Strikes, Is.EqualTo(1));
        Assert.That(read, Is.EqualTo(content));
    }

    [Test]
    public async Task Write_that_stands_still_for_ever_fails_in_bounded_time_and_names_the_limit([Values] bool inBlocks)
    {
        using var impatient = AzuriteStores.OpenImpatient(_options, TimeSpan.FromSeconds(10), maxRetries: 1);
        _proxy.Inject(new Fault.StallRequest(AfterBytes: 1_000), times: 100, static line => line.StartsWith("PUT ", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<ProviderException>(
            () => impatient.WriteBytesAsync(s_path, new byte[inBlocks ? 3 * BlockSize : 10_000]).WaitAsync(s_bound));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("did not respond in time").And.Contain("StallTimeout (00:00:10)"));
    }

    [Test]
    public async Task Read_with_permanently_failing_responses_fails_in_bounded_time([Values] bool stalled, [Values] bool midway)
    {
        await WriteAsync(3 * BlockSize);
        using var impatient = AzuriteStores.OpenImpatient(_options, TimeSpan.FromSeconds(10), maxRetries: 1);
        if (midway)
        {
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 100_000), where: IsGet);
        }

        var failing = _proxy.Inject(stalled ? new Fault.StallResponse(AfterBytes: 100) : new Fault.ResetResponse(AfterBytes: 100), times: 100, IsGet);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => impatient.ReadBytesAsync(s_path).WaitAsync(s_bound));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failing.Strikes, Is.GreaterThan(1));
    }

    [Test]
    public async Task Synchronous_call_of_the_raw_client_fails_in_bounded_time_where_no_answer_comes([Values] bool onNewConnection)
    {
        using var store = AzuriteStores.OpenImpatient(_options, TimeSpan.FromSeconds(10), maxRetries: 0);
        if (!onNewConnection)
        {
            _ = await store.FindAsync(s_path);
        }

        var stalled = _proxy.Inject(new Fault.StallResponse(AfterBytes: 20), where: IsGet);
        var container = store.GetService<BlobContainerClient>()!;

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => Task.Run(() => container.GetProperties()).WaitAsync(s_bound));

        Assert.That(failure!.Status, Is.Zero);
        Assert.That(stalled.Strikes, Is.EqualTo(1));
    }

    [Test]
    public async Task Write_over_a_slow_line_that_moves_is_not_cut()
    {
        var content = new byte[40 << 20];
        var server = await AzuriteServer.RequireAsync();
        await using var proxy = new FaultProxy(server.Endpoint, receiveBufferSize: 64 << 10);
        var options = AzuriteStores.Options(server.Through(proxy));
        options.BlockSize = content.Length;
        options.StallTimeout = TimeSpan.FromSeconds(15);
        options.MaxRetries = 0;
        using var store = new AzureBlobArtifactStore(options);
        _ = await store.FindAsync(s_path);
        var slow = proxy.Inject(new Fault.SlowRequest(TimeSpan.FromMilliseconds(30)), where: IsFinalPut);

        var clock = Stopwatch.StartNew();
        await store.WriteBytesAsync(s_path, content);

        Assert.That(slow.Strikes, Is.EqualTo(1));
        Assert.That(clock.Elapsed, Is.GreaterThan(1.2 * options.StallTimeout));
    }

    [Test]
    public async Task Server_that_stays_busy_is_a_transient_failure()
    {
        _proxy.Inject(new Fault.Answer(503, "ServerBusy"), times: 10);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => _store.DeleteAsync(s_path));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("503 ServerBusy").And.Contain("MaxRetries"));
    }

    [Test]
    public async Task Answer_without_the_body_it_announces_is_a_transient_failure()
    {
        _proxy.Inject(new Fault.Answer(503, "ServerBusy"), times: 10);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => _store.FindAsync(s_path));

        Assert.That(failure!.IsTransient, Is.True);
    }

    [TestCase("overwritten")]
    [TestCase("deleted")]
    public async Task Read_that_must_go_on_where_an_artifact_was_changed_is_a_conflict(string change)
    {
        await WriteAsync(8 * BlockSize);
        _proxy.Inject(new Fault.ResetResponse(AfterBytes: 3 * BlockSize), where: IsGet);
        await using var content = await _store.OpenReadAsync(s_path);
        _ = await content.Stream.ReadAsync(new byte[10]);
        await (change == "deleted" ? _store.DeleteAsync(s_path) : _store.WriteBytesAsync(s_path, new byte[8 * BlockSize]));

        Assert.That(() => content.Stream.CopyToAsync(Stream.Null), Throws.TypeOf<ArtifactConflictException>());
    }

    private async Task<byte[]> WriteAsync(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await _store.WriteBytesAsync(s_path, content);
        return content;
    }

    private static bool IsGet(string request) => request.StartsWith("GET ", StringComparison.Ordinal);

    private static bool IsFinalPut(string request) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && !request.Contains("comp=block&", StringComparison.Ordinal);
}
