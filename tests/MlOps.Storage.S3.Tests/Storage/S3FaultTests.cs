using System.Net;
using System.Text;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Requests and answers that fail, stand still or come too late.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[RequiresServer("moto")]
public sealed class S3FaultTests : IAsyncDisposable
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(2);
    private S3Server _server = null!;
    private FaultProxy _proxy = null!;
    private string _bucket = null!;
    private S3ArtifactStore _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        _server = await MotoServer.RequireAsync();
        _proxy = new FaultProxy(_server.ServiceUrl);
        var options = S3Stores.OptionsFor(_server.Through(_proxy));
        options.MaxRetries = 2;
        _bucket = options.Bucket;
        _store = new S3ArtifactStore(options);
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

    [Test]
    public async Task Server_that_stays_busy_is_a_transient_failure()
    {
        var busy = _proxy.Inject(new Fault.Answer(503, "SlowDown"), times: 10);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => _store.DeleteAsync(s_path));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("503 SlowDown").And.Contain("Try again later"));
        Assert.That(busy.Strikes, Is.EqualTo(3));
    }

    [Test]
    public async Task Write_that_stands_still_for_ever_fails_in_bounded_time_and_names_the_limit([Values] bool inParts)
    {
        using var impatient = OpenImpatient();
        _proxy.Inject(new Fault.StallRequest(AfterBytes: 1_000), times: 100, static line => line.StartsWith("PUT", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<ProviderException>(
            () => impatient.WriteBytesAsync(s_path, new byte[inParts ? 6 << 20 : 10_000]).WaitAsync(s_bound));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("StallTimeout"));
    }

    [Test]
    public async Task Read_with_permanently_failing_responses_fails_in_bounded_time([Values] bool stalled, [Values] bool midway)
    {
        await _store.WriteBytesAsync(s_path, new byte[11 << 20]);
        using var impatient = OpenImpatient();
        if (midway)
        {
            _proxy.Inject(new Fault.ResetResponse(AfterBytes: 1 << 20), where: IsGet);
        }

        var failing = _proxy.Inject(stalled ? new Fault.StallResponse(AfterBytes: 100) : new Fault.ResetResponse(AfterBytes: 100), times: 100, IsGet);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => impatient.ReadBytesAsync(s_path).WaitAsync(s_bound));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failing.Strikes, Is.GreaterThan(1));
    }

    [Test]
    public async Task Multipart_upload_that_is_replaced_before_its_response_is_not_a_conflict()
    {
        var options = S3Stores.OptionsFor(_server);
        using var other = new S3ArtifactStore(options);
        await using var late = new AlteringProxy(_server.ServiceUrl, async (request, send) =>
        {
            var answer = await send();
            if (request.Method != HttpMethod.Post || !request.RequestUri!.Query.Contains("uploadId", StringComparison.Ordinal))
            {
                return answer;
            }

            // As if the answer had been lost, and another writer had come before the request was repeated.
            await other.WriteTextAsync(s_path, "other");
            return new HttpResponseMessage(HttpStatusCode.NotFound)
            {
                Content = new StringContent("<Error><Code>NoSuchUpload</Code><Message>Gone.</Message></Error>", Encoding.UTF8, "application/xml"),
            };
        });
        options.ServiceUrl = late.Endpoint;
        using var store = new S3ArtifactStore(options);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.WriteBytesAsync(s_path, new byte[6 << 20]));

        Assert.That(failure!.Message, Does.Contain("another writer"));
        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(await other.ReadTextAsync(s_path), Is.EqualTo("other"));
    }

    private S3ArtifactStore OpenImpatient() => S3Stores.OpenImpatient(_server.Through(_proxy), _bucket, TimeSpan.FromSeconds(10), maxRetries: 1);

    private static bool IsGet(string requestLine) => requestLine.StartsWith("GET", StringComparison.Ordinal);
}
