using System.Diagnostics;
using Amazon.S3;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

public sealed class S3BadInputTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");

    private static readonly Func<IArtifactStore, Task>[] s_operations =
    [
        static store => store.FindAsync(s_path),
        static store => store.ReadBytesAsync(s_path),
        static store => store.WriteTextAsync(s_path, "text"),
        static store => store.WriteBytesAsync(s_path, new byte[6 << 20]),
        static store => store.WriteTextAsync(s_path, "text", new() { Condition = WriteCondition.IfAbsent }),
        static store => store.DeleteAsync(s_path),
        static async store => await store.ListAsync().GetAsyncEnumerator().MoveNextAsync(),
    ];

    [Test]
    [RequiresServer("moto", "rgw")]
    public async Task Missing_bucket_names_the_settings_to_mend_it([Values] bool ceph, [Range(0, 6)] int operation)
    {
        var options = S3Stores.OptionsFor(ceph ? await RgwServer.RequireAsync() : await MotoServer.RequireAsync());
        options.CreateIfMissing = false;
        using var store = new S3ArtifactStore(options);

        await Assert.ThatAsync(
            () => s_operations[operation](store),
            Throws.TypeOf<ProviderException>().With.Message.Contains(options.Bucket)
                .And.Message.Contains("S3StorageOptions.Bucket").And.Message.Contains("S3StorageOptions.CreateIfMissing")
                .And.Property(nameof(ProviderException.IsTransient)).False);
    }

    [Test]
    [RequiresServer("moto")]
    public async Task Archived_object_is_not_reported_as_access_denied_and_names_the_remedy()
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        using var store = new S3ArtifactStore(options);
        await store.WriteTextAsync(s_path, "text");
        await store.Client().CopyObjectAsync(new()
        {
            SourceBucket = options.Bucket,
            SourceKey = "a",
            DestinationBucket = options.Bucket,
            DestinationKey = "a",
            StorageClass = S3StorageClass.Glacier,
        });

        await Assert.ThatAsync(
            () => store.ReadBytesAsync(s_path),
            Throws.TypeOf<ProviderException>().With.Message.Contains("archived").And.Property(nameof(ProviderException.IsTransient)).False);
    }

    [Test]
    [RequiresServer("moto")]
    public async Task Settings_that_are_empty_are_as_if_left_out_and_a_prefix_may_end_with_a_slash()
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        (options.Prefix, options.Region, options.ServerSideEncryption, options.KmsKeyId) = ("/", "", "", "");
        using var store = new S3ArtifactStore(options);
        options.Prefix = "team/";
        using var team = new S3ArtifactStore(options);

        await store.WriteTextAsync(s_path, "text");
        await store.WriteBytesAsync(ArtifactPath.Parse("large"), new byte[6 << 20]);
        await team.WriteTextAsync(s_path, "team");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("text"));
        Assert.That(await store.ReadTextAsync(ArtifactPath.Parse("team/a")), Is.EqualTo("team"));
    }

    [Test]
    [RequiresServer("rgw")]
    public async Task Wrong_credentials_name_the_settings_and_no_secret([Range(0, 6)] int operation)
    {
        var options = S3Stores.OptionsFor(await RgwServer.RequireAsync());
        options.SecretKey = "wrong-secret-0123456789";
        options.CreateIfMissing = false;
        using var store = new S3ArtifactStore(options);

        await Assert.ThatAsync(
            () => s_operations[operation](store),
            Throws.TypeOf<ArtifactAccessDeniedException>().With.Message.Contains("S3StorageOptions.SecretKey").And.Message.Not.Contains("wrong-secret"));
    }

    [Test]
    [RequiresServer("moto")]
    public async Task Wrong_region_names_the_setting()
    {
        var server = await MotoServer.RequireAsync();
        await using var proxy = new FaultProxy(server.ServiceUrl);
        var options = S3Stores.OptionsFor(server.Through(proxy));
        (options.Region, options.CreateIfMissing) = ("eu-north-9", false);
        using var store = new S3ArtifactStore(options);
        proxy.Inject(new Fault.Answer(Status: 400, Code: "AuthorizationHeaderMalformed"));

        await Assert.ThatAsync(
            () => store.WriteTextAsync(s_path, "text"),
            Throws.TypeOf<ProviderException>().With.Message.Contains("'eu-north-9'").And.Message.Contains("S3StorageOptions.Region")
                .And.Property(nameof(ProviderException.IsTransient)).False);
    }

    [Test]
    public async Task Unreachable_endpoint_fails_in_time_naming_endpoint_and_setting([Range(0, 6)] int operation)
    {
        var options = new S3StorageOptions
        {
            Bucket = "bucket",
            ServiceUrl = new Uri("http://127.0.0.1:1"),
            AccessKey = "key",
            SecretKey = "secret",
            MaxRetries = 1,
        };
        using var store = new S3ArtifactStore(options);

        await Assert.ThatAsync(
            () => s_operations[operation](store).WaitAsync(TimeSpan.FromSeconds(30)),
            Throws.TypeOf<ProviderException>().With.Message.Contains("http://127.0.0.1:1").And.Message.Contains("S3StorageOptions.ServiceUrl")
                .And.Property(nameof(ProviderException.IsTransient)).True);
    }

    [Test]
    public async Task Endpoint_that_cannot_be_connected_to_fails_within_the_configured_time([Values(0, 4)] int operation)
    {
        using var listener = await SilentListener.StartAsync();
        var options = new S3StorageOptions
        {
            Bucket = "bucket",
            ServiceUrl = listener.Endpoint,
            AccessKey = "key",
            SecretKey = "secret",
            MaxRetries = 1,
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        using var store = new S3ArtifactStore(options);
        var clock = Stopwatch.StartNew();

        var failure = await Assert.ThrowsAsync<ProviderException>(() => s_operations[operation](store));

        Assert.That(failure!.IsTransient, Is.True);
        Assert.That(failure!.Message, Does.Contain("S3StorageOptions.ConnectTimeout"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "two attempts, also of a conditional write");
    }

    [Test]
    [RequiresServer("moto")]
    public async Task Prefix_and_path_that_are_too_long_together_name_the_prefix()
    {
        var options = S3Stores.OptionsFor(await MotoServer.RequireAsync());
        options.Prefix = "team/models";
        using var store = new S3ArtifactStore(options);
        var path = ArtifactPath.Parse(new string('x', ArtifactPath.MaxBytes));

        await Assert.ThatAsync(
            async () => await store.FindAsync(path), Throws.TypeOf<ArgumentException>().With.Message.Contains("S3StorageOptions.Prefix"));
        await Assert.ThatAsync(
            async () => await store.OpenReadAsync(path), Throws.TypeOf<ArgumentException>().With.Message.Contains("S3StorageOptions.Prefix"));
    }

    [Test]
    public void Options_never_show_a_secret()
    {
        var options =
            new S3StorageOptions
            {
                Bucket = "bucket",
                AccessKey = "key-id",
                SecretKey = "secret",
                SessionToken = "token",
                ServiceUrl = new Uri("http://user:password@host/"),
            };

        Assert.That(
            options.ToString(),
            Does.Contain("'bucket'").And.Contain("http://host").And.Not.Contain("secret").And.Not.Contain("token").And.Not.Contain("password")
                .And.Not.Contain("key-id"));
    }
}
