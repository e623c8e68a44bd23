using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Credentials that the SDK finds in the environment. The environment is the process's, so nothing runs beside these tests.</summary>
[RequiresServer("moto")]
[NonParallelizable]
public sealed class S3CredentialTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private readonly Dictionary<string, string?> _before = [];

    [TearDown]
    public void RestoreEnvironment()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        _before.Clear();
    }

    [Test]
    public async Task Web_identity_of_a_cluster_is_exchanged_for_credentials()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        using var token = new TemporaryFile("eyJhbGciOiJub25lIn0.eyJzdWIiOiJwb2QifQ.");
        Set("AWS_WEB_IDENTITY_TOKEN_FILE", token.Path);
        Set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/mlops-service");
        Set("AWS_ENDPOINT_URL_STS", proxy.Endpoint.ToString());
        Set("AWS_REGION", "us-east-1");
        Set("AWS_ACCESS_KEY_ID", null);
        Set("AWS_SECRET_ACCESS_KEY", null);
        var options = S3Stores.OptionsFor(server);
        (options.AccessKey, options.SecretKey) = (null, null);
        using var store = new S3ArtifactStore(options);

        await store.WriteTextAsync(s_path, "text");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
        Assert.That(proxy.Requests, Is.Not.Empty, "the token went to the token service");
    }

    [Test]
    public async Task Role_of_the_settings_is_assumed()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        (options.RoleArn, options.RoleSessionName) = ("arn:aws:iam::123456789012:role/mlops-service", "scoring");
        using var store = new S3ArtifactStore(options);

        await store.WriteTextAsync(s_path, "text");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
        Assert.That(proxy.Requests.First(), Does.StartWith("POST / "), "the token service is on the same server");
        Assert.That(proxy.Requests.Count(static request => request.StartsWith("POST / ", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Role_that_may_not_be_assumed_names_the_setting()
    {
        await using var server = new ScriptedServer(static _ => ScriptedServer.Answer(
            403, "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized</Message></Error></ErrorResponse>",
            "Content-Type: text/xml"));
        using var store = new S3ArtifactStore(new S3StorageOptions
        {
            Bucket = "bucket",
            ServiceUrl = server.Endpoint,
            AccessKey = "key",
            SecretKey = "secret",
            RoleArn = "arn:aws:iam::123456789012:role/ml",
        });

        await Assert.ThatAsync(
            () => store.FindAsync(s_path),
            Throws.TypeOf<ArtifactAccessDeniedException>().With.Message.Contains("S3StorageOptions.RoleArn").And.Message.Contains("Not authorized"));
    }

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string content) => File.WriteAllText(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
