using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>The contract on an S3 server whose connections break and whose answers fail, in every test.</summary>
[FaultFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public abstract class S3ArtifactStoreThroughFaultsTests : S3ArtifactStoreTests, IAsyncDisposable
{
    private FaultProxy? _proxy;
    private InjectedFault[] _faults = [];

    /// <summary>Few, because longer listings are tested without faults, and each of these writes goes through the proxy.</summary>
    protected override int ManyArtifacts => 300;

    /// <summary>Measured without the proxy, which runs in this process.</summary>
    protected override int? MaxMemory => null;

    protected abstract Task<S3Server> RequireRealServerAsync();

    protected override async Task<S3Server> RequireServerAsync()
    {
        var server = await RequireRealServerAsync();
        _proxy = new FaultProxy(server.ServiceUrl);
        return server.Through(_proxy);
    }

    protected override async Task<IArtifactStore> CreateStoreAsync()
    {
        var store = await base.CreateStoreAsync();

        // The first request makes the bucket; the faults are for those that follow.
        _ = await store.FindAsync(ArtifactPath.Parse("none"));
        _faults =
        [
            _proxy!.Inject(new Fault.Answer(), where: IsPut),
            _proxy.Inject(new Fault.LoseAnswer(), where: IsPut),
            _proxy.Inject(new Fault.ResetRequest(AfterBytes: 300), where: static line => IsPut(line) && !IsPart(line)),
            _proxy.Inject(new Fault.ResetRequest(AfterBytes: 3_000_000), where: IsPart),
            _proxy.Inject(new Fault.Answer(Status: 500, Code: "InternalError"), where: IsGet),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 700), where: IsGet),
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 3_000_000), where: IsGet),
        ];
        return store;
    }

    /// <summary>The damage is done without faults: the raw client repeats nothing once an answer has begun.</summary>
    protected override async Task<bool> CorruptAsync(IArtifactStore store, ArtifactPath path)
    {
        using var direct = new S3ArtifactStore(S3Stores.OptionsFor(await RequireRealServerAsync()));
        await S3Stores.FlipBitAsync(direct.Client(), BucketOf(store), path.ToString());
        return true;
    }

    /// <summary>Only large content meets the faults midway, and only content of one request the one at its beginning.</summary>
    [Test]
    public async Task Large_content_and_small_meet_every_fault()
    {
        var path = ArtifactPath.Parse("a");
        var content = new byte[LargeSize];
        Random.Shared.NextBytes(content);

        await Store.WriteBytesAsync(path, content);
        await Store.WriteTextAsync(ArtifactPath.Parse("b"), "text");
        var read = await Store.ReadBytesAsync(path);

        Assert.That(read.AsSpan().SequenceEqual(content));
        Assert.That(_faults.Where(static fault => fault.Strikes == 0).Select(static fault => fault.Fault), Is.Empty);
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private static bool IsPut(string requestLine) => requestLine.StartsWith("PUT", StringComparison.Ordinal) && !IsProbe(requestLine);

    private static bool IsPart(string requestLine) => IsPut(requestLine) && requestLine.Contains("partNumber=", StringComparison.Ordinal);

    /// <summary>Download links are fetched by a plain HTTP client, which repeats nothing.</summary>
    private static bool IsGet(string requestLine) =>
        requestLine.StartsWith("GET", StringComparison.Ordinal) && !IsProbe(requestLine) && !requestLine.Contains("X-Amz-Signature", StringComparison.Ordinal);

    /// <summary>The probe before the first conditional write would take the faults from it.</summary>
    private static bool IsProbe(string requestLine) => requestLine.Contains("/mlops-probe.", StringComparison.Ordinal);
}
