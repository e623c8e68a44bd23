using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Verifies that the store handles the known faults of S3-compatible servers and of the SDK.</summary>
[RequiresServer("moto", "rgw")]
public sealed class S3TrapTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly ArtifactWriteOptions s_ifAbsent = new() { Condition = WriteCondition.IfAbsent };

    [Test]
    public async Task Bytes_and_digest_are_stored_plain_as_other_tools_read_them([Values] bool ceph)
    {
        var options = S3Stores.OptionsFor(await RequireAsync(ceph));
        using var store = new S3ArtifactStore(options);
        var written = await store.WriteTextAsync(s_path, "plain bytes", new() { Metadata = new Dictionary<string, string> { ["a_b"] = "ü" } });

        using var stored = await store.Client().GetObjectAsync(options.Bucket, "a");

        Assert.That(await new StreamReader(stored.ResponseStream).ReadToEndAsync(), Is.EqualTo("plain bytes"));
        Assert.That(stored.Headers.ContentEncoding, Is.Null.Or.Empty);
        Assert.That(stored.Metadata["mlops-sha256"], Is.EqualTo(written.Sha256.ToString()));
        Assert.That(stored.Metadata["a-b"], Is.EqualTo("%C3%BC"));
    }

    [Test]
    public async Task Conditional_write_with_a_lost_response_recognizes_its_object([Values] bool ceph, [Values] bool ifMatch)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server.Through(proxy)));
        var first = await store.WriteTextAsync(ArtifactPath.Parse("other"), "probes the server", s_ifAbsent);
        var lost = proxy.Inject(new Fault.LoseAnswer(), where: static line => line.StartsWith("PUT", StringComparison.Ordinal));
        var path = ifMatch ? ArtifactPath.Parse("other") : s_path;

        var written = await store.WriteTextAsync(path, "mine", ifMatch ? new() { Condition = WriteCondition.IfMatch(first.ETag) } : s_ifAbsent);

        Assert.That(lost.Strikes, Is.EqualTo(1));
        Assert.That((await store.FindAsync(path))!.ETag, Is.EqualTo(written.ETag));
    }

    [Test]
    public async Task Conditional_write_of_large_content_that_collides_is_sent_whole_again([Values] bool ceph)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server.Through(proxy)));
        await store.WriteTextAsync(ArtifactPath.Parse("other"), "probes the server", s_ifAbsent);
        var content = new byte[6 << 20];
        Random.Shared.NextBytes(content);
        var collided = proxy.Inject(
            new Fault.Answer(Status: 409, Code: "ConditionalRequestConflict"), where: static line => line.StartsWith("PUT", StringComparison.Ordinal));

        await store.WriteBytesAsync(s_path, content, s_ifAbsent);

        Assert.That(collided.Strikes, Is.EqualTo(1));
        Assert.That(await store.ReadBytesAsync(s_path), Is.EqualTo(content));
    }

    [Test]
    public async Task Completion_with_a_lost_response_succeeds([Values] bool ceph)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server.Through(proxy)));
        var content = new byte[6 << 20];
        var lost = proxy.Inject(
            new Fault.LoseAnswer(),
            where: static line => line.StartsWith("POST", StringComparison.Ordinal) && line.Contains("uploadId", StringComparison.Ordinal));

        var written = await store.WriteBytesAsync(s_path, content);

        Assert.That(lost.Strikes, Is.EqualTo(1));
        Assert.That((await store.FindAsync(s_path))!.ETag, Is.EqualTo(written.ETag));
    }

    [Test]
    public async Task Failed_upload_in_parts_leaves_no_upload_behind([Values] bool ceph)
    {
        var options = S3Stores.OptionsFor(await RequireAsync(ceph));
        using var store = new S3ArtifactStore(options);
        var wrong = new ArtifactWriteOptions { ExpectedSha256 = Sha256Digest.Of("other"u8) };

        await Assert.ThatAsync(() => store.WriteBytesAsync(s_path, new byte[11 << 20], wrong), Throws.TypeOf<ArtifactIntegrityException>());

        Assert.That(await S3Stores.CountUploadsAsync(store.Client(), options.Bucket), Is.Zero);
    }

    [Test]
    public async Task Cancelled_upload_in_parts_leaves_no_upload_behind([Values] bool ceph)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        using var store = new S3ArtifactStore(options);
        using var cancellation = new CancellationTokenSource();
        var stalled = proxy.Inject(new Fault.StallRequest(AfterBytes: 1 << 20), where: static line => line.Contains("partNumber=2", StringComparison.Ordinal));
        var writing = store.WriteBytesAsync(s_path, new byte[11 << 20], cancellationToken: cancellation.Token);
        await stalled.Struck;

        await cancellation.CancelAsync();

        await Assert.ThatAsync(() => writing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await S3Stores.CountUploadsAsync(store.Client(), options.Bucket), Is.Zero);
    }

    [Test]
    public async Task Overwritten_while_it_is_read_by_ranges_is_a_conflict([Values] bool ceph)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var store = new S3ArtifactStore(S3Stores.OptionsFor(server.Through(proxy)));
        await store.WriteBytesAsync(s_path, new byte[11 << 20]);
        proxy.Inject(new Fault.ResetResponse(AfterBytes: 3 << 20), where: IsGet);
        await using var content = await store.OpenReadAsync(s_path);
        await store.WriteTextAsync(s_path, "newer");

        await Assert.ThatAsync(() => content.Stream.CopyToAsync(Stream.Null), Throws.TypeOf<ArtifactConflictException>());
    }

    [Test]
    public async Task Slow_connection_is_helped_by_ranges_and_the_bytes_are_whole([Values] bool ceph)
    {
        var server = await RequireAsync(ceph);
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        using var patient = new S3ArtifactStore(options);
        var content = new byte[32 << 20];
        Random.Shared.NextBytes(content);
        await patient.WriteBytesAsync(s_path, content);
        using var store = S3Stores.OpenImpatient(server.Through(proxy), options.Bucket, TimeSpan.FromSeconds(10), maxRetries: 3);
        proxy.Inject(new Fault.StallResponse(AfterBytes: 2 << 20), where: IsGet);

        var read = await store.ReadBytesAsync(s_path);

        Assert.That(read.AsSpan().SequenceEqual(content));
        Assert.That(proxy.Requests.Count(IsGet), Is.GreaterThan(3), "the rest came in several ranges");
    }

    [Test]
    public async Task Answer_that_never_comes_fails_within_the_stall_timeout([Values] bool onUsedConnection)
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        using var patient = new S3ArtifactStore(options);
        await patient.WriteTextAsync(s_path, "text");
        using var store = S3Stores.OpenImpatient(server.Through(proxy), options.Bucket, TimeSpan.FromSeconds(10), maxRetries: 0);
        if (onUsedConnection)
        {
            _ = await store.FindAsync(s_path);
        }

        proxy.Inject(new Fault.StallResponse(AfterBytes: 0), times: 10);

        await Assert.ThatAsync(
            () => store.FindAsync(s_path).WaitAsync(TimeSpan.FromMinutes(2)),
            Throws.TypeOf<ProviderException>().With.Property(nameof(ProviderException.IsTransient)).True.And.Message.Contains("StallTimeout"));
    }

    [Test]
    public async Task Content_has_no_encoding_that_a_transfer_left_behind([Values] bool ceph, [Values(100, 11 << 20)] int size, [Values] bool ifAbsent)
    {
        var options = S3Stores.OptionsFor(await RequireAsync(ceph));
        using var store = new S3ArtifactStore(options);

        await store.WriteBytesAsync(s_path, new byte[size], new ArtifactWriteOptions { Condition = ifAbsent ? WriteCondition.IfAbsent : default });

        var stored = await store.Client().GetObjectMetadataAsync(options.Bucket, "a");
        Assert.That(stored.Headers.ContentEncoding, Is.Null.Or.Empty, "whoever reads it by a link would have to decode it");
    }

    [TestCase(1 << 10)]
    [TestCase(11 << 20, Description = "in parts")]
    public async Task Encryption_on_the_server_is_asked_for(int size)
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        options.ServerSideEncryption = "AES256";
        using var store = new S3ArtifactStore(options);

        await store.WriteBytesAsync(s_path, new byte[size]);

        var stored = await store.Client().GetObjectMetadataAsync(options.Bucket, "a");
        Assert.That(stored.ServerSideEncryptionMethod.Value, Is.EqualTo("AES256"));
    }

    [Test]
    public async Task File_that_changes_between_its_digest_and_its_upload_is_refused_and_stores_nothing([Values] bool ifAbsent)
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        using var store = new S3ArtifactStore(options);
        using var content = new SecondPassDiffers(new byte[11 << 20]);

        await Assert.ThatAsync(
            () => store.WriteAsync(s_path, content, ifAbsent ? s_ifAbsent : null),
            Throws.TypeOf<ArtifactIntegrityException>().With.Message.Contains("changed while it was being stored"));

        Assert.That(await store.FindAsync(s_path), Is.Null);
        Assert.That(await S3Stores.CountUploadsAsync(store.Client(), options.Bucket), Is.Zero);
    }

    private static Task<S3Server> RequireAsync(bool ceph) => ceph ? RgwServer.RequireAsync() : MotoServer.RequireAsync();

    private static bool IsGet(string requestLine) => requestLine.StartsWith("GET", StringComparison.Ordinal);

    /// <summary>Content of which a byte in the middle changes when it is rewound.</summary>
    private sealed class SecondPassDiffers(byte[] content) : MemoryStream(content)
    {
        private readonly byte[] _content = content;

        public override long Position
        {
            get => base.Position;
            set
            {
                if (value < base.Position)
                {
                    _content[_content.Length / 2] ^= 1;
                }

                base.Position = value;
            }
        }
    }
}
