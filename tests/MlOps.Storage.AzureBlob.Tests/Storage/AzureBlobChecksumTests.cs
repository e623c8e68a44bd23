using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Specialized;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Verifies the CRC-64 of uploads in the sent requests, because the emulator does not support it.</summary>
public sealed class AzureBlobChecksumTests
{
    private const int BlockSize = 64 << 10;
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");

    [Test]
    public async Task Content_has_a_checksum_over_https_or_if_the_setting_requires_it(
        [Values("http", "https")] string scheme, [Values(null, true, false)] bool? setting, [Values(100, 3 * BlockSize)] int size)
    {
        using var service = new AcceptingService();
        var content = new byte[size];
        new Random(size).NextBytes(content);

        await WriteAsync(service, scheme, setting, content);

        var expected = setting ?? scheme == "https";
        Assert.That(service.Uploads, Has.Count.EqualTo(Math.Max(1, size / BlockSize)));
        foreach (var upload in service.Uploads)
        {
            var (structure, length, body) = upload;
            Assert.That(structure, Is.EqualTo(expected ? "XSM/1.0; properties=crc64" : null));
            Assert.That(length, Is.EqualTo(expected ? Math.Min(size, BlockSize) : null));

            // A header of the message and one of its segment before the content, and the CRC-64 of both after it.
            var sent = expected ? body.AsSpan(23..^16) : body;
            Assert.That(content.AsSpan().IndexOf(sent), Is.Not.Negative);
        }
    }

    [Test]
    [RequiresServer("azurite")]
    public async Task Checksum_that_the_server_does_not_support_is_a_permanent_failure_that_names_the_setting([Values(100, 3 * BlockSize)] int size)
    {
        using var store = await AzuriteStores.CreateAsync(static options => (options.UploadChecksums, options.BlockSize) = (true, BlockSize));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.WriteBytesAsync(s_path, new byte[size]));

        Assert.That(failure!.IsTransient, Is.False);
        Assert.That(failure!.Message, Does.Contain("AzureBlobStorageOptions.UploadChecksums to false"));
    }

    private static async Task WriteAsync(AcceptingService service, string scheme, bool? setting, byte[] content)
    {
        var options = new AzureBlobStorageOptions
        {
            ServiceUri = new Uri($"{scheme}://acme.blob.core.windows.net"),
            AccountKey = "c2VjcmV0",
            Container = "none",
            BlockSize = BlockSize,
            UploadChecksums = setting,
        };
        var settings = new AzureBlobSettings(key: null);
        using var client = new HttpClient(service, disposeHandler: false);
        using var transport = new HttpClientTransport(client);
        var blob = AzureBlobClientFactory.Create(options, credential: null, transport).GetBlockBlobClient("a");
        var writer = new BlobWriter(options, settings, new AzureBlobErrors(options, settings, options.ServiceUri));
        await writer.WriteAsync(blob, s_path, new MemoryStream(content), new ArtifactWriteOptions(), CancellationToken.None);
    }

    /// <summary>Accepts requests like Azure, and records those with content.</summary>
    private sealed class AcceptingService : HttpMessageHandler
    {
        public ConcurrentQueue<(string? Structure, long? Length, byte[] Body)> Uploads { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var structure = Find("x-ms-structured-body");
            if (!request.RequestUri!.Query.Contains("comp=blocklist", StringComparison.Ordinal))
            {
                var length = Find("x-ms-structured-content-length") is { } text
                    ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
                    : (long?)null;
                Uploads.Enqueue((structure, length, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            }

            var answer = new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
            answer.Headers.ETag = new EntityTagHeaderValue("\"0x1\"");
            answer.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            if (structure is not null)
            {
                answer.Headers.Add("x-ms-structured-body", structure);
            }

            return answer;

            string? Find(string name) => request.Headers.TryGetValues(name, out var values) ? values.Single() : null;
        }
    }
}
