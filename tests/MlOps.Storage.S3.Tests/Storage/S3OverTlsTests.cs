using System.IO.Hashing;
using Amazon.Runtime;
using Amazon.S3;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Verifies requests over TLS, which have checksums and unsigned payloads.</summary>
[RequiresServer("moto")]
public sealed class S3OverTlsTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private readonly List<Request> _requests = [];
    private AmazonS3Client _client = null!;
    private S3StorageOptions _options = null!;

    [SetUp]
    public async Task CreateClient()
    {
        var server = await MotoServer.RequireAsync();
        _requests.Clear();
        _options = S3Stores.OptionsFor(server);
        _options.ServiceUrl = new UriBuilder(server.ServiceUrl) { Scheme = Uri.UriSchemeHttps }.Uri;
        _client = new AmazonS3Client(new BasicAWSCredentials(server.AccessKey, server.SecretKey), new AmazonS3Config
        {
            ServiceURL = _options.ServiceUrl.ToString(),
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            HttpClientFactory = new PlainHttpClientFactory(_requests),
        });
    }

    [TearDown]
    public void DisposeClient() => _client?.Dispose();

    [Test]
    public async Task Each_part_of_an_upload_carries_the_checksum_that_its_beginning_announces()
    {
        using var store = new S3ArtifactStore(_options, _client);
        var content = new byte[11 << 20];
        Random.Shared.NextBytes(content);

        await store.WriteBytesAsync(s_path, content);

        var parts = _requests.Where(static request => request.Uri.Contains("partNumber=", StringComparison.Ordinal)).ToArray();
        Assert.That(parts, Has.Length.EqualTo(3));
        Assert.That(
            parts.Select(static part => part.Headers.GetValueOrDefault("x-amz-checksum-crc32")),
            Is.EquivalentTo(content.Chunk(_options.PartSize).Select(ToCrc32)));
        Assert.That(
            _requests.Single(static request => request.Uri.Contains("?uploads", StringComparison.Ordinal)).Headers["x-amz-checksum-algorithm"],
            Is.EqualTo("CRC32"));
        AssertNoTrailers();
        Assert.That(await store.ReadBytesAsync(s_path), Is.EqualTo(content));
    }

    [Test]
    public async Task Write_of_one_request_carries_the_digest_as_its_checksum()
    {
        using var store = new S3ArtifactStore(_options, _client);

        var written = await store.WriteTextAsync(s_path, "text");

        var put = _requests.Single(static request => request.Method == "PUT" && request.Uri.EndsWith("/a", StringComparison.Ordinal));
        Assert.That(put.Headers["x-amz-checksum-sha256"], Is.EqualTo(Convert.ToBase64String(Convert.FromHexString(written.Sha256.ToString()))));
        AssertNoTrailers();
    }

    [Test]
    public async Task Optional_checksums_are_omitted_if_the_settings_require_it()
    {
        _options.Checksums = RequestChecksumCalculation.WHEN_REQUIRED;
        using var store = new S3ArtifactStore(_options, _client);

        await store.WriteTextAsync(s_path, "text");
        await store.WriteBytesAsync(s_path, new byte[6 << 20]);

        Assert.That(
            _requests.SelectMany(static request => request.Headers.Keys),
            Has.None.StartsWith("x-amz-checksum").And.None.EqualTo("x-amz-sdk-checksum-algorithm"));
    }

    private static string ToCrc32(byte[] part) => Convert.ToBase64String([.. Crc32.Hash(part).Reverse()]);

    /// <summary>A checksum that is announced without its value is refused by AWS, though not by emulators; one in a trailer by Ceph.</summary>
    private void AssertNoTrailers()
    {
        foreach (var request in _requests.Where(static request => request.Method == "PUT"))
        {
            Assert.That(request.Headers, Does.Not.ContainKey("x-amz-trailer"));
            Assert.That(request.Headers.GetValueOrDefault("x-amz-content-sha256"), Is.Not.EqualTo("STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
            if (request.Headers.ContainsKey("x-amz-sdk-checksum-algorithm"))
            {
                Assert.That(request.Headers.Keys, Has.Some.StartsWith("x-amz-checksum-"), request.Uri);
            }
        }
    }

    private sealed record Request(string Method, string Uri, Dictionary<string, string> Headers);

    /// <summary>Sends HTTPS requests of the SDK over HTTP to the same port.</summary>
    private sealed class PlainHttpClientFactory(List<Request> requests) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new PlainHandler(requests));
    }

    private sealed class PlainHandler(List<Request> requests) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var seen = new Request(
                request.Method.Method,
                request.RequestUri!.PathAndQuery,
                request.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => string.Join(',', header.Value)));
            lock (requests)
            {
                requests.Add(seen);
            }

            request.RequestUri = new UriBuilder(request.RequestUri) { Scheme = Uri.UriSchemeHttp }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
