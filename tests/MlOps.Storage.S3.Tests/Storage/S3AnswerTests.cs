using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Tests.Backends;
using static MlOps.Tests.Backends.ScriptedServer;

namespace MlOps.Storage;

/// <summary>Answers that lack a header, contradict themselves or are not S3's: each is an error, or is read completely and verified.</summary>
public sealed class S3AnswerTests
{
    private const string Page = "<html><body>console</body></html>";
    private const string Content = "0123456789";
    private const string ETag = "ETag: \"8a8bb7cd343aa2ad99b7d762030857a2-1\"";

    /// <summary>The MD5 of the content, which the SDK verifies.</summary>
    private const string Md5ETag = "ETag: \"781e5e245d69b566979b86e28d23f2c7\"";
    private const string LastModified = "Last-Modified: Sun, 29 Nov 2026 10:00:00 GMT";
    private static readonly string s_digest = $"x-amz-meta-mlops-sha256: {Sha256Digest.Of("0123456789"u8)}";
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");

    private static readonly Dictionary<string, Func<IArtifactStore, Task>> s_operations = new()
    {
        ["find"] = static store => store.FindAsync(s_path),
        ["read"] = static store => store.ReadTextAsync(s_path),
        ["read range"] = static store => ReadRangeAsync(store),
        ["write"] = static store => store.WriteTextAsync(s_path, "text"),
        ["write conditionally"] = static store => store.WriteTextAsync(s_path, "text", new() { Condition = WriteCondition.IfAbsent }),
        ["write in parts"] = static store => store.WriteBytesAsync(s_path, new byte[6 << 20]),
        ["delete"] = static store => store.DeleteAsync(s_path),
        ["list"] = static async store => await store.ListAsync().ToListAsync(),
    };

    private static readonly Dictionary<string, string> s_pages = new()
    {
        ["page"] = Answer(200, Page, "Content-Type: text/html"),
        ["page without length"] = Chunked(200, Page, "Content-Type: text/html"),
        ["page with ETag"] = Answer(200, Page, "Content-Type: text/html", "ETag: \"65a-2ad\"", LastModified),
        ["page that is no XML"] = Answer(200, $"<!doctype html>{Page}", "Content-Type: text/html"),
        ["page of 404"] = Answer(404, Page, "Content-Type: text/html"),
        ["text of 404"] = Answer(404, "default backend - 404", "Content-Type: text/plain"),
        ["page of 403"] = Answer(403, Page, "Content-Type: text/html"),
        ["redirect to a sign-in page"] = Answer(302, Page, "Location: http://portal/login"),
        ["redirect to https"] = Answer(301, Page, "Location: https://localhost/"),
        ["nothing"] = Answer(200, ""),
        ["JSON"] = Answer(200, "{}", "Content-Type: application/json"),
    };

    private static IEnumerable<string> Operations => s_operations.Keys;

    private static IEnumerable<string> Pages => s_pages.Keys;

    [Test]
    public async Task Answer_of_another_web_server_names_endpoint_and_setting(
        [ValueSource(nameof(Pages))] string page, [ValueSource(nameof(Operations))] string operation)
    {
        await using var server = new ScriptedServer(_ => s_pages[page]);
        using var store = Open(server);

        await Assert.ThatAsync(
            () => s_operations[operation](store),
            Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response").And.Message.Contains(server.Endpoint.Authority)
                .And.Message.Contains("S3StorageOptions.ServiceUrl"));
    }

    [Test]
    public async Task Storage_check_of_a_web_page_is_unhealthy()
    {
        await using var server = new ScriptedServer(static _ => Chunked(200, Page, "Content-Type: text/html"));
        var services = new ServiceCollection();
        services.AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "S3",
            ["MlOps:Storage:S3:Bucket"] = "bucket",
            ["MlOps:Storage:S3:ServiceUrl"] = server.Endpoint.ToString(),
            ["MlOps:Storage:S3:AccessKey"] = "key",
            ["MlOps:Storage:S3:SecretKey"] = "secret",
        }).Build()).AddS3Storage();
        services.AddHealthChecks().AddMlOpsStorage();
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.That(report.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(report.Entries.Values.Single().Description, Does.Contain("MlOps:Storage:S3:ServiceUrl").And.Contain(server.Endpoint.Authority));
    }

    [TestCase("Content-Length: ten", "ETag: \"a\"", LastModified)]
    [TestCase("Content-Length: -1", "ETag: \"a\"", LastModified)]
    [TestCase("Content-Length: 10", LastModified)]
    [TestCase("Content-Length: 10", "ETag: ", LastModified)]
    [TestCase("Content-Length: 10", "ETag: \"\"", LastModified)]
    [TestCase("Content-Length: 10", ETag)]
    [TestCase("Content-Length: 10", ETag, "Last-Modified: yesterday")]
    public async Task Absent_or_malformed_header_is_an_error(params string[] headers)
    {
        await using var server = new ScriptedServer(_ => Raw(200, Content, headers));
        using var store = Open(server);

        await Assert.ThatAsync(() => store.FindAsync(s_path), Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response"));
        await Assert.ThatAsync(
            () => store.ReadTextAsync(s_path), Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response"));
    }

    [Test]
    public async Task Lookup_without_a_length_is_an_error()
    {
        await using var server = new ScriptedServer(static _ => Chunked(200, "", ETag, LastModified));
        using var store = Open(server);

        await Assert.ThatAsync(() => store.FindAsync(s_path), Throws.TypeOf<ProviderException>().With.Message.Contains("no Content-Length"));
    }

    [Test]
    public async Task Content_without_a_length_is_read_to_its_end([Values] bool hasDigest, [Values(ETag, Md5ETag)] string eTag)
    {
        await using var server = new ScriptedServer(
            _ => hasDigest ? Chunked(200, Content, eTag, LastModified, s_digest) : Chunked(200, Content, eTag, LastModified));
        using var store = Open(server);
        var target = new InMemoryArtifactStore();
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());

        var read = await store.ReadTextAsync(s_path);
        var downloaded = await store.DownloadFileAsync(s_path, file);
        var copied = await store.CopyAsync(s_path, target, s_path);

        Assert.That(read, Is.EqualTo(Content));
        Assert.That(downloaded.Size, Is.EqualTo(Content.Length));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(Content));
        Assert.That(copied.Size, Is.EqualTo(Content.Length));
        File.Delete(file);
    }

    [Test]
    public async Task Large_content_without_a_length_is_read_to_its_end()
    {
        var content = new string('x', (5 << 20) + 1);
        await using var server = new ScriptedServer(_ => Chunked(200, content, ETag, LastModified));
        using var store = Open(server);

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo(content));
    }

    [Test]
    public async Task Content_without_a_length_is_verified([Values(ETag, Md5ETag)] string eTag)
    {
        await using var server = new ScriptedServer(_ => Chunked(200, "0123456788", eTag, LastModified, s_digest));
        using var store = Open(server);

        await AssertReadsFailAsync(store, Throws.TypeOf<ArtifactIntegrityException>());
    }

    [Test]
    public async Task Content_of_length_0_is_verified()
    {
        await using var server = new ScriptedServer(static _ => Answer(200, "", ETag, LastModified, s_digest));
        using var store = Open(server);

        await AssertReadsFailAsync(store, Throws.TypeOf<ArtifactIntegrityException>());
    }

    [TestCase("Content-Length: 10")]
    [TestCase("Transfer-Encoding: chunked")]
    public async Task Content_that_ends_early_is_a_transient_error(string framing)
    {
        await using var server = new ScriptedServer(_ => Raw(200, framing.StartsWith('T') ? "5\r\n01234\r\n" : "01234", ETag, LastModified, framing));
        using var store = Open(server);

        await AssertReadsFailAsync(store, Throws.TypeOf<ProviderException>().With.Property(nameof(ProviderException.IsTransient)).True);
    }

    [TestCase("1234")]
    [TestCase("not hexadecimal")]
    public async Task Recorded_digest_that_cannot_be_read_names_header_and_artifact(string digest)
    {
        await using var server = new ScriptedServer(_ => Answer(200, Content, ETag, LastModified, $"x-amz-meta-mlops-sha256: {digest}"));
        using var store = Open(server);

        await Assert.ThatAsync(
            () => store.FindAsync(s_path),
            Throws.TypeOf<ArtifactIntegrityException>().With.Message.Contains("x-amz-meta-mlops-sha256").And.Message.Contains("'a'").And
                .Message.Contains(digest));
        await AssertReadsFailAsync(store, Throws.TypeOf<ArtifactIntegrityException>());
    }

    [TestCase("\"abc\"")]
    [TestCase("W/\"abc\"")]
    [TestCase("abc")]
    public async Task ETag_that_is_not_an_MD5_works(string eTag)
    {
        await using var server = new ScriptedServer(_ => Answer(200, Content, $"ETag: {eTag}", LastModified));
        using var store = Open(server);

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo(Content));
        Assert.That((await store.FindAsync(s_path))!.ETag, Is.EqualTo("abc"));
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo(Content));
    }

    [Test]
    public async Task Answer_that_nothing_has_changed_to_a_read_without_a_condition_is_an_error([Values("find", "read", "read range")] string operation)
    {
        await using var server = new ScriptedServer(static _ => Raw(304, ""));
        using var store = Open(server);

        await Assert.ThatAsync(() => s_operations[operation](store), Throws.TypeOf<ProviderException>());
    }

    [TestCase(200, null)]
    [TestCase(206, null)]
    [TestCase(206, "bytes 0-4")]
    [TestCase(206, "bytes 0-4/*")]
    [TestCase(206, "bytes 3-7/10")]
    [TestCase(206, "bytes 4-0/10")]
    public async Task Range_other_than_the_requested_one_is_an_error(int status, string? range)
    {
        await using var server = new ScriptedServer(_ => Answer(status, "01234", ETag, LastModified, range is null ? "X-None: 1" : $"Content-Range: {range}"));
        using var store = Open(server);

        await Assert.ThatAsync(() => ReadRangeAsync(store), Throws.TypeOf<ProviderException>().With.Message.Contains("Content-Range"));
    }

    [Test]
    public async Task Part_of_an_object_in_place_of_the_whole_is_an_error()
    {
        await using var server = new ScriptedServer(static _ => Answer(206, "01234", ETag, LastModified, "Content-Range: bytes 0-4/10"));
        using var store = Open(server);

        await AssertReadsFailAsync(store, Throws.TypeOf<ProviderException>());
        await Assert.ThatAsync(() => store.FindAsync(s_path), Throws.TypeOf<ProviderException>());
    }

    [TestCase("<ETag>e</ETag><LastModified>2026-01-01T00:00:00Z</LastModified>")]
    [TestCase("<Size>-1</Size><ETag>e</ETag><LastModified>2026-01-01T00:00:00Z</LastModified>")]
    [TestCase("<Size>one</Size><ETag>e</ETag><LastModified>2026-01-01T00:00:00Z</LastModified>")]
    [TestCase("<Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified>")]
    [TestCase("<Size>1</Size><ETag>e</ETag>")]
    [TestCase("<Size>1</Size><ETag>e</ETag><LastModified>yesterday</LastModified>")]
    public async Task List_entry_that_lacks_an_attribute_is_an_error(string attributes)
    {
        await using var server = new ScriptedServer(_ => List($"<Contents><Key>a</Key>{attributes}</Contents>"));
        using var store = Open(server);

        await Assert.ThatAsync(
            () => s_operations["list"](store), Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response"));
    }

    [TestCase("<ListBucketResult><Name>bucket</Name></ListBucketResult>")]
    [TestCase("<Other><Thing/></Other>")]
    [TestCase("<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents></ListBucketResult>")]
    [TestCase("<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a")]
    public async Task Response_that_is_not_a_list_is_an_error(string document)
    {
        await using var server = new ScriptedServer(_ => Answer(200, document, "Content-Type: application/xml"));
        using var store = Open(server);

        await Assert.ThatAsync(
            () => s_operations["list"](store), Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response"));
    }

    [Test]
    public async Task Keys_that_are_no_paths_are_skipped([Values(null, "team")] string? prefix)
    {
        var root = prefix is null ? "" : $"{prefix}/";
        string[] keys =
        [
            "", root, $"{root}a/", $"{root}a//b", $"{root}../x", $"{root}x&#x1;y", $"{root}x&#x9;y", $"{root}{new string('k', 1025)}", $"{root}NUL", "t",
            "other",
            $"{root} leading", $"{root}a b+c%20",
        ];
        await using var server = new ScriptedServer(_ => List(string.Concat(keys.Select(static key =>
            $"<Contents><Key>{key}</Key><Size>1</Size><ETag>e</ETag><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"))));
        using var store = Open(server, prefix);

        var paths = await store.ListAsync().Select(static entry => entry.Path.ToString()).ToListAsync();

        Assert.That(store.SkippedKeys, Is.EqualTo(keys.Length - paths.Count));
        Assert.That(paths, Is.EquivalentTo(prefix is null ? ["t", "other", " leading", "a b+c%20"] : new[] { " leading", "a b+c%20" }));
    }

    [Test]
    public async Task Redirect_of_S3_names_the_region_of_the_bucket([ValueSource(nameof(Operations))] string operation)
    {
        await using var server = new ScriptedServer(static _ => Answer(
            301, "<Error><Code>PermanentRedirect</Code><Message>Use the endpoint.</Message></Error>", "x-amz-bucket-region: eu-west-1",
            "Content-Type: application/xml"));
        using var store = Open(server);

        await Assert.ThatAsync(
            () => s_operations[operation](store), Throws.TypeOf<ProviderException>().With.Message.Contains("Set S3StorageOptions.Region to 'eu-west-1'"));
    }

    [Test]
    public async Task Signature_for_another_region_names_the_region_that_S3_expects()
    {
        await using var server = new ScriptedServer(static _ => Answer(
            400,
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; "
            + "expecting 'eu-west-1'</Message>"
            + "<Region>eu-west-1</Region></Error>",
            "Content-Type: application/xml"));
        using var store = Open(server);

        await Assert.ThatAsync(
            () => s_operations["write"](store), Throws.TypeOf<ProviderException>().With.Message.Contains("Set S3StorageOptions.Region to 'eu-west-1'"));
    }

    private static string List(string contents) => Answer(
        200, $"<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>", "Content-Type: application/xml");

    private static S3ArtifactStore Open(ScriptedServer server, string? prefix = null) => new(new S3StorageOptions
    {
        Bucket = "bucket",
        Prefix = prefix,
        ServiceUrl = server.Endpoint,
        AccessKey = "key",
        SecretKey = "secret",
        MaxRetries = 0,
        PartSize = 5 << 20,
    });

    private static async Task<string> ReadRangeAsync(IArtifactStore store)
    {
        await using var content = (await store.OpenReadAsync(s_path, new ArtifactReadOptions { Range = new ArtifactRange(0, 5) }))!;
        return await new StreamReader(content.Stream).ReadToEndAsync();
    }

    /// <summary>Reads in every way, none of which may deliver content.</summary>
    private static async Task AssertReadsFailAsync(IArtifactStore store, NUnit.Framework.Constraints.IResolveConstraint failure)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        var constraint = failure.Resolve();

        await Assert.ThatAsync(() => store.ReadTextAsync(s_path), constraint);
        await Assert.ThatAsync(() => store.DownloadFileAsync(s_path, file), constraint);
        await Assert.ThatAsync(() => store.CopyAsync(s_path, new InMemoryArtifactStore(), s_path), constraint);

        Assert.That(file, Does.Not.Exist);
    }
}
