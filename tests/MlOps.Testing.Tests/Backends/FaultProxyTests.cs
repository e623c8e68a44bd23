using System.Net;
using MlOps.Tests.Backends;

namespace MlOps.Testing.Tests.Backends;

[RequiresServer("moto")]
public sealed class FaultProxyTests
{
    private const int Size = 1_000_000;
    private FaultProxy _proxy = null!;
    private HttpClient _client = null!;
    private string _bucket = null!;

    [SetUp]
    public async Task Start()
    {
        var server = await MotoServer.RequireAsync();
        _proxy = new FaultProxy(server.ServiceUrl);
        _client = new HttpClient { BaseAddress = _proxy.Endpoint };

        // Moto checks no signature, but lets only requests that have one read.
        _client.DefaultRequestHeaders.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=key/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none");
        _bucket = S3Server.NewBucketName();
        await PutAsync(_bucket, []);
        await PutAsync($"{_bucket}/object", new byte[Size]);
    }

    [TearDown]
    public async Task Stop()
    {
        _client?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [Test]
    public async Task Forwards_everything_when_harmless()
    {
        var bytes = await _client.GetByteArrayAsync($"{_bucket}/object");

        Assert.That(bytes, Has.Length.EqualTo(Size));
        Assert.That(_proxy.Requests, Is.EqualTo(new[] { $"PUT /{_bucket} HTTP/1.1", $"PUT /{_bucket}/object HTTP/1.1", $"GET /{_bucket}/object HTTP/1.1" }));
    }

    [Test]
    public async Task Forwards_a_body_sent_in_chunks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{_bucket}/chunks") { Content = new ByteArrayContent(new byte[Size]) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await _client.SendAsync(request);
        using var next = await _client.GetAsync($"{_bucket}/object");

        Assert.That(next.Content.Headers.ContentLength, Is.EqualTo(Size), "the next request on the connection is recognised");
        Assert.That(_proxy.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Forwards_a_body_that_waits_for_100_continue()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{_bucket}/expect") { Content = new ByteArrayContent(new byte[Size]) };
        request.Headers.ExpectContinue = true;

        using var answer = await _client.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Breaks_the_response_after_some_bytes()
    {
        var fault = _proxy.Inject(new Fault.ResetResponse(AfterBytes: Size / 2));

        await Assert.ThatAsync(() => _client.GetByteArrayAsync($"{_bucket}/object"), Throws.InstanceOf<HttpRequestException>());

        Assert.That(fault.Strikes, Is.EqualTo(1));
        Assert.That(await _client.GetByteArrayAsync($"{_bucket}/object"), Has.Length.EqualTo(Size), "harmless again");
    }

    [Test]
    public async Task Breaks_the_request_after_some_bytes()
    {
        var fault = _proxy.Inject(new Fault.ResetRequest(AfterBytes: Size / 2));

        await Assert.ThatAsync(() => PutAsync($"{_bucket}/broken", new byte[Size]), Throws.InstanceOf<HttpRequestException>());

        Assert.That(fault.Strikes, Is.EqualTo(1));
        Assert.That(await FindAsync($"{_bucket}/broken"), Is.False);
    }

    [Test]
    public async Task Stalls_the_response_after_some_bytes()
    {
        var fault = _proxy.Inject(new Fault.StallResponse(AfterBytes: Size / 2));
        using var giveUp = new CancellationTokenSource();

        var reading = _client.GetByteArrayAsync($"{_bucket}/object", giveUp.Token);
        await fault.Struck;

        Assert.That(reading.IsCompleted, Is.False);
        await giveUp.CancelAsync();
        await Assert.ThatAsync(() => reading, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Stalls_the_request_after_some_bytes()
    {
        var fault = _proxy.Inject(new Fault.StallRequest(AfterBytes: Size / 2));
        using var giveUp = new CancellationTokenSource();
        using var content = new ByteArrayContent(new byte[Size]);

        var writing = _client.PutAsync($"{_bucket}/stalled", content, giveUp.Token);
        await fault.Struck;

        Assert.That(writing.IsCompleted, Is.False);
        await giveUp.CancelAsync();
        await Assert.ThatAsync(() => writing, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Loses_the_response_of_a_completed_request()
    {
        var fault = _proxy.Inject(new Fault.LoseAnswer());

        await Assert.ThatAsync(() => PutAsync($"{_bucket}/lost", [1]), Throws.InstanceOf<HttpRequestException>());

        Assert.That(fault.Strikes, Is.EqualTo(1));
        Assert.That(await FindAsync($"{_bucket}/lost"), Is.True);
    }

    [Test]
    public async Task Responds_instead_of_the_server()
    {
        var fault = _proxy.Inject(new Fault.Answer(503, "SlowDown"), times: 2);

        using var first = await _client.PutAsync($"{_bucket}/slow", new ByteArrayContent([1]));
        using var second = await _client.PutAsync($"{_bucket}/slow", new ByteArrayContent(new byte[Size]));

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await second.Content.ReadAsStringAsync(), Does.Contain("<Code>SlowDown</Code>"));
        Assert.That(fault.Strikes, Is.EqualTo(2));
        Assert.That(await FindAsync($"{_bucket}/slow"), Is.False);
    }

    [Test]
    public async Task Delays_the_response()
    {
        var fault = _proxy.Inject(new Fault.Latency(TimeSpan.FromMilliseconds(1)));

        var bytes = await _client.GetByteArrayAsync($"{_bucket}/object");

        Assert.That(bytes, Has.Length.EqualTo(Size));
        Assert.That(fault.Strikes, Is.EqualTo(1));
    }

    [Test]
    public async Task Slows_the_response()
    {
        var fault = _proxy.Inject(new Fault.SlowResponse(TimeSpan.FromMilliseconds(1)));

        var bytes = await _client.GetByteArrayAsync($"{_bucket}/object");

        Assert.That(bytes, Has.Length.EqualTo(Size));
        Assert.That(fault.Strikes, Is.EqualTo(1));
    }

    [Test]
    public async Task Delays_a_response_until_the_last_request_arrives()
    {
        var fault = _proxy.Inject(new Fault.HoldAnswer(), times: 2);

        var first = _client.GetByteArrayAsync($"{_bucket}/object");
        await fault.Struck;
        var isHeld = !first.IsCompleted;
        var second = await _client.GetByteArrayAsync($"{_bucket}/object");

        Assert.That(isHeld);
        Assert.That(second, Has.Length.EqualTo(Size));
        Assert.That(await first, Has.Length.EqualTo(Size));
        Assert.That(fault.Strikes, Is.EqualTo(2));
    }

    [Test]
    public async Task Affects_only_the_selected_requests()
    {
        var fault = _proxy.Inject(new Fault.Answer(), times: int.MaxValue, static line => line.StartsWith("PUT ", StringComparison.Ordinal));

        using var put = await _client.PutAsync($"{_bucket}/other", new ByteArrayContent([1]));
        using var get = await _client.GetAsync($"{_bucket}/object");

        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(get.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(fault.Strikes, Is.EqualTo(1));
    }

    private async Task PutAsync(string path, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        using var answer = await _client.PutAsync(path, content);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<bool> FindAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await _client.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }
}
