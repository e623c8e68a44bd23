using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.Tests.Conformance.Storage;

/// <summary>How many requests a store on a server makes at a time, that it makes none too early, repeats those that a busy server refuses, and
/// waits for none that is cancelled.</summary>
[Category("Backend")]
public abstract class RequestFixture
{
    /// <summary>How many parts of one artifact the store moves at a time.</summary>
    protected const int Parallelism = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Gets the path that the tests write to.</summary>
    protected static ArtifactPath Path { get; } = ArtifactPath.Parse("a");

    /// <summary>Gets the size of the store's parts, in bytes.</summary>
    protected abstract int PartSize { get; }

    /// <summary>Gets the store, which uses a server through the proxy, whose place for artifacts is there, and which waits minutes for what
    /// stands still.</summary>
    protected abstract IArtifactStore Store { get; }

    /// <summary>Gets the proxy.</summary>
    protected abstract FaultProxy Proxy { get; }

    [Test]
    public async Task Parts_are_sent_several_at_a_time()
    {
        var held = Proxy.Inject(new Fault.HoldAnswer(), times: Parallelism, IsPut);

        var content = await WriteAsync(Parallelism * PartSize);

        Assert.That(held.Strikes, Is.EqualTo(Parallelism));
        Assert.That((await Store.ReadBytesAsync(Path)).AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Ranges_are_read_several_at_a_time_where_one_connection_is_slow()
    {
        var content = await WriteAsync((Parallelism * PartSize) + (12 << 20));
        Proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(10)), where: IsGet);
        var held = Proxy.Inject(new Fault.HoldAnswer(), times: Parallelism, IsGet);

        var read = await Store.ReadBytesAsync(Path).WaitAsync(s_patience);

        Assert.That(held.Strikes, Is.EqualTo(Parallelism));
        Assert.That(read.AsSpan().SequenceEqual(content));
    }

    [Test]
    public async Task Cancelling_a_write_is_prompt_while_its_requests_stand_still([Values] bool inParts, [Values] bool answerStandsStill)
    {
        // Behind "100 Continue", after which the body is sent.
        Fault stall = answerStandsStill ? new Fault.StallResponse(AfterBytes: 30) : new Fault.StallRequest(AfterBytes: inParts ? 100_000 : 2_000);
        var stalled = Proxy.Inject(stall, times: 100, IsPut);
        using var cancelling = new CancellationTokenSource();

        var writing = Store.WriteBytesAsync(Path, new byte[inParts ? 3 * PartSize : 10_000], cancellationToken: cancelling.Token);
        await stalled.Struck;
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => writing.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Cancelling_a_read_is_prompt_while_its_answers_stand_still([Values] bool inRanges, [Values(100, 100_000)] int afterBytes)
    {
        await WriteAsync(16 << 20);
        if (inRanges)
        {
            Proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(10)), where: IsGet);
        }

        var stalled = Proxy.Inject(new Fault.StallResponse(afterBytes), times: 100, IsGet);
        using var cancelling = new CancellationTokenSource();

        var reading = Store.ReadBytesAsync(Path, cancellationToken: cancelling.Token);
        await stalled.Struck;
        await cancelling.CancelAsync();

        await Assert.ThatAsync(() => reading.WaitAsync(s_patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(503, "SlowDown")]
    [TestCase(503, "ServerBusy")]
    [TestCase(500, "InternalError")]
    [TestCase(429, "TooManyRequests")]
    public async Task Busy_server_is_asked_again(int status, string code)
    {
        var busy = Proxy.Inject(new Fault.Answer(status, code), times: 2);

        await Store.WriteTextAsync(Path, "text");

        Assert.That(busy.Strikes, Is.EqualTo(2));
        Assert.That(await Store.ReadTextAsync(Path), Is.EqualTo("text"));
    }

    /// <summary>Lists a store that has three artifacts and whose pages have one entry.</summary>
    /// <param name="store">The store.</param>
    /// <param name="countPages">Tells how many pages were asked for.</param>
    protected static async Task AssertPagesAreAskedForLateAsync(IArtifactStore store, Func<int> countPages)
    {
        var asked = new List<int>();
        await foreach (var _ in store.ListAsync())
        {
            asked.Add(countPages());
        }

        Assert.That(asked, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    /// <summary>Writes the three artifacts of <see cref="AssertPagesAreAskedForLateAsync"/>.</summary>
    /// <param name="store">The store.</param>
    protected static async Task WriteThreeAsync(IArtifactStore store)
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            await store.WriteTextAsync(ArtifactPath.Parse(name), name);
        }
    }

    private static bool IsGet(string requestLine) => requestLine.StartsWith("GET", StringComparison.Ordinal);

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT", StringComparison.Ordinal);

    private async Task<byte[]> WriteAsync(int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        await Store.WriteBytesAsync(Path, content).WaitAsync(s_patience);
        return content;
    }
}
