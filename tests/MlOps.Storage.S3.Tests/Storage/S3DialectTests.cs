using System.Net;
using System.Text;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Answers of S3-compatible servers, and of AWS on a bad day, that the servers of the tests do not give of themselves.</summary>
[RequiresServer("moto")]
public sealed class S3DialectTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private static readonly ArtifactWriteOptions s_ifAbsent = new() { Condition = WriteCondition.IfAbsent };

    [Test]
    public async Task Server_that_does_not_implement_conditions_is_refused_for_them_only()
    {
        await using var server = await StartAsync(static request => request.Headers.Contains("If-None-Match") ? Error(501, "NotImplemented") : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text", s_ifAbsent),
            Throws.TypeOf<ProviderException>().With.Message.Contains(
                "does not support conditional writes: it returns 501 NotImplemented").And.Property(nameof(ProviderException.IsTransient)).False);

        await store.WriteTextAsync(s_path, "text");
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
    }

    [Test]
    public async Task Server_that_returns_not_implemented_names_the_checksum_setting()
    {
        await using var server = await StartAsync(
            static request => request.Method == HttpMethod.Put && IsObject(request) ? Error(501, "NotImplemented") : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text"),
            Throws.TypeOf<ProviderException>().With.Message.Contains(
                "S3StorageOptions.Checksums to WHEN_REQUIRED").And.Property(nameof(ProviderException.IsTransient)).False);
    }

    [Test]
    public async Task Deleting_a_missing_object_succeeds_if_the_server_returns_404()
    {
        await using var server = await StartAsync(static request => request.Method == HttpMethod.Delete ? Error(404, "NoSuchKey") : null);
        using var store = server.Open();

        await store.DeleteAsync(s_path);
    }

    [Test]
    public async Task List_that_goes_on_without_saying_where_ends_with_an_error_and_not_never()
    {
        await using var server = await StartAsync(static request => request.RequestUri!.Query.Contains("list-type", StringComparison.Ordinal)
            ? Answer(
                200,
                "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key>"
                + "<Size>1</Size><ETag>e</ETag><LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>")
            : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            async () => await store.ListAsync().Take(3).ToListAsync(),
            Throws.TypeOf<ProviderException>().With.Message.Contains("ListObjectsV2").And.Message.Contains("S3StorageOptions.ServiceUrl"));
    }

    [TestCase("ExpiredToken")]
    [TestCase("InvalidToken")]
    public async Task Session_that_has_ended_is_denied_access_and_names_its_token(string code)
    {
        await using var server = await StartAsync(request => IsObject(request) ? Error(400, code) : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text"),
            Throws.TypeOf<ArtifactAccessDeniedException>().With.Message.Contains(code).And.Message.Contains("SessionToken"));
    }

    [Test]
    public async Task Refusal_without_a_reason_names_the_possible_reasons()
    {
        await using var server = await StartAsync(
            static request => request.Method == HttpMethod.Head && IsObject(request) ? new HttpResponseMessage(HttpStatusCode.BadRequest) : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            () => store.FindAsync(s_path),
            Throws.TypeOf<ProviderException>().With.Message.Contains("credentials have expired").And.Message.Contains("S3StorageOptions.Region"));
    }

    [Test]
    public async Task Failure_inside_an_answer_of_200_is_transient()
    {
        await using var server = await StartAsync(
            static request => request.RequestUri!.Query.StartsWith("?uploadId", StringComparison.Ordinal) && request.Method == HttpMethod.Post
            ? Error(200, "InternalError")
            : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            () => store.WriteBytesAsync(s_path, new byte[6 << 20]),
            Throws.TypeOf<ProviderException>().With.Property(nameof(ProviderException.IsTransient)).True);
    }

    [Test]
    public async Task Web_page_in_place_of_an_answer_names_the_endpoint()
    {
        await using var server = await StartAsync(static request => request.RequestUri!.Query.Contains("list-type", StringComparison.Ordinal)
            ? Answer(200, "<!doctype html><html><head><link rel=stylesheet><title>Console</title></head><body>Sign in</html>")
            : null);
        using var store = server.Open();

        await Assert.ThatAsync(
            async () => await store.ListAsync().ToListAsync(),
            Throws.TypeOf<ProviderException>().With.Message.Contains("did not return a valid S3 response").And.Message.Contains("S3StorageOptions.ServiceUrl"));
    }

    private static async Task<Dialect> StartAsync(Func<HttpRequestMessage, HttpResponseMessage?> answer)
    {
        var server = await MotoServer.RequireAsync();
        return new Dialect(new AlteringProxy(server.ServiceUrl, async (request, send) => answer(request) ?? await send()), server);
    }

    /// <summary>Determines whether a request is for an object. The path of a request for the bucket has one segment.</summary>
    private static bool IsObject(HttpRequestMessage request) => request.RequestUri!.Segments.Length > 2;

    private static HttpResponseMessage Error(int status, string code) => Answer(status, $"<Error><Code>{code}</Code><Message>So it is</Message></Error>");

    private static HttpResponseMessage Answer(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/xml") };

    private sealed class Dialect(AlteringProxy proxy, S3Server server) : IAsyncDisposable
    {
        public S3ArtifactStore Open()
        {
            var options = S3Stores.OptionsFor(server with { ServiceUrl = proxy.Endpoint });
            options.MaxRetries = 1;
            return new S3ArtifactStore(options);
        }

        public ValueTask DisposeAsync() => proxy.DisposeAsync();
    }
}
