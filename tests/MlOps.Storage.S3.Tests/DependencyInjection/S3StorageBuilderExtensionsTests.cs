using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using MlOps.Storage;
using MlOps.Tests.Backends;

namespace MlOps.DependencyInjection;

public sealed class S3StorageBuilderExtensionsTests
{
    [Test]
    public void Two_keys_have_two_sets_of_options()
    {
        using var services = Build(
            new()
            {
                ["MlOps:Storage:Provider"] = "S3",
                ["MlOps:Storage:S3:Bucket"] = "first",
                ["MlOps:Storage:S3:ServiceUrl"] = "http://first:1",
                ["MlOps:Storage:archive:Bucket"] = "second",
                ["MlOps:Storage:archive:ServiceUrl"] = "http://second:2",
            },
            static builder => builder.AddS3Storage().AddS3Storage("archive", static options => options.PartSize = 16 << 20));
        var options = services.GetRequiredService<IOptionsMonitor<S3StorageOptions>>();

        Assert.That(options.Get("S3").Bucket, Is.EqualTo("first"));
        Assert.That(options.Get("archive").Bucket, Is.EqualTo("second"));
        Assert.That(options.Get("S3").PartSize, Is.EqualTo(8 << 20));
        Assert.That(options.Get("archive").PartSize, Is.EqualTo(16 << 20));
        Assert.That(UrlOf(services.GetRequiredKeyedService<IArtifactStore>("S3")), Does.StartWith("http://first:1"));
        Assert.That(UrlOf(services.GetRequiredKeyedService<IArtifactStore>("archive")), Does.StartWith("http://second:2"));
        Assert.That(services.GetRequiredService<IArtifactStore>(), Is.SameAs(services.GetRequiredKeyedService<IArtifactStore>("S3")));
    }

    [Test]
    public void Two_modules_may_add_the_store_and_another_provider_with_its_key_is_refused()
    {
        using var services = Build(
            new() { ["MlOps:Storage:Provider"] = "S3", ["MlOps:Storage:S3:Bucket"] = "first", ["MlOps:Storage:S3:ServiceUrl"] = "http://first:1" },
            static builder => builder.AddS3Storage().AddS3Storage(configure: static options => options.PartSize = 16 << 20));

        Assert.That(services.GetRequiredService<IOptionsMonitor<S3StorageOptions>>().Get("S3").PartSize, Is.EqualTo(16 << 20));
        Assert.That(services.GetKeyedServices<IArtifactStore>("S3").Count(), Is.EqualTo(1));
        Assert.That(
            static () => new ServiceCollection().AddMlOps().AddS3Storage("x").AddLocalDiskStorage("x"),
            Throws.ArgumentException.With.Message.Contains("this store has the type 'LocalDisk'"));
    }

    [Test]
    public void Settings_alone_add_second_stores()
    {
        using var services = Build(
            new()
            {
                ["MlOps:Storage:Provider"] = "archive",
                ["MlOps:Storage:archive:Type"] = "S3",
                ["MlOps:Storage:archive:Bucket"] = "second",
                ["MlOps:Storage:archive:ServiceUrl"] = "http://second:2",
            },
            static builder => builder.AddS3Storage());

        Assert.That(UrlOf(services.GetRequiredService<IArtifactStore>()), Does.StartWith("http://second:2"));
        Assert.That(services.GetRequiredKeyedService<IArtifactStore>("archive"), Is.SameAs(services.GetRequiredService<IArtifactStore>()));
    }

    [TestCase("Storage:S3:Prefx", "Storage:S3:Prefix")]
    [TestCase("Storage:archive:Prefx", "Storage:archive:Prefix")]
    public void A_misspelled_setting_is_rejected_with_the_nearest_name(string key, string nearest)
    {
        using var services = Build(
            new()
            {
                ["MlOps:Storage:archive:Type"] = "S3",
                ["MlOps:Storage:archive:Bucket"] = "second",
                ["MlOps:Storage:archive:ServiceUrl"] = "http://second:2",
                [$"MlOps:{key}"] = "x",
            },
            static builder => builder.AddS3Storage());

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = services.GetRequiredService<IArtifactStore>())!;

        Assert.That(thrown.Failures, Does.Contain($"'MlOps:{key}' is not a known setting. Did you mean 'MlOps:{nearest}'? Rename or remove the key."));
    }

    [Test]
    public void A_fault_of_a_store_without_a_section_names_its_path()
    {
        using var services = Build(new() { ["MlOps:Storage:Provider"] = "S3" }, static builder => builder.AddS3Storage());

        Assert.That(
            () => _ = services.GetRequiredService<IArtifactStore>(),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("MlOps:Storage:S3:Bucket"));
    }

    [TestCase(null)]
    [TestCase("S3")]
    public void A_client_among_the_services_is_used(string? key)
    {
        using var client = new AmazonS3Client("key", "secret", new AmazonS3Config { ServiceURL = "http://registered:3" });
        using var services = Build(
            new() { ["MlOps:Storage:Provider"] = "S3", ["MlOps:Storage:S3:Bucket"] = "first" },
            builder => builder.AddS3Storage().Services.AddKeyedSingleton<IAmazonS3>(key, client));

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<IAmazonS3>(), Is.SameAs(client));
    }

    [Test]
    public void Settings_that_a_registered_client_replaces_are_a_warning()
    {
        using var client = new AmazonS3Client("key", "secret", new AmazonS3Config { ServiceURL = "http://registered:3" });
        var log = new FakeLogCollector();
        using var services = Build(
            new() { ["MlOps:Storage:Provider"] = "S3", ["MlOps:Storage:S3:Bucket"] = "first", ["MlOps:Storage:S3:ServiceUrl"] = "http://first:1" },
            builder => builder.AddS3Storage().Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(log)).AddSingleton<IAmazonS3>(client));

        _ = services.GetRequiredService<IArtifactStore>();

        Assert.That(
            log.GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Single().Message,
            Does.StartWith("The store 'S3' uses the IAmazonS3").And.Contain("The settings ServiceUrl of"));
    }

    [Test]
    public void Every_fault_is_listed_at_once_with_the_full_path()
    {
        using var services = Build(
            new()
            {
                ["MlOps:Storage:Provider"] = "S3",
                ["MlOps:Storage:S3:Prefix"] = "/absolute",
                ["MlOps:Storage:S3:ServiceUrl"] = "ftp://host",
                ["MlOps:Storage:S3:AccessKey"] = "key",
                ["MlOps:Storage:S3:KmsKeyId"] = "kms",
                ["MlOps:Storage:S3:PartSize"] = "1000",
                ["MlOps:Storage:S3:Parallelism"] = "0",
                ["MlOps:Storage:S3:StallTimeout"] = "00:00:00",
                ["MlOps:Storage:S3:MaxRetries"] = "few",
                ["MlOps:Storage:S3:CreateIfMissing"] = "perhaps",
            },
            static builder => builder.AddS3Storage());

        var thrown = Assert.Throws<OptionsValidationException>(() => _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value);

        string[] settings =
            ["Bucket", "Prefix", "ServiceUrl", "SecretKey", "KmsKeyId", "PartSize", "Parallelism", "StallTimeout", "MaxRetries", "CreateIfMissing"];
        foreach (var setting in settings)
        {
            Assert.That(thrown!.Failures, Has.Some.Contains($"MlOps:Storage:S3:{setting}"));
        }
    }

    [Test]
    public void Store_made_by_hand_names_its_options_class_in_faults()
    {
        Assert.That(
            static () => new S3ArtifactStore(new S3StorageOptions()),
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("S3StorageOptions.Bucket"));
    }

    [Test]
    [RequiresServer("moto")]
    public async Task Client_given_to_a_store_outlives_it()
    {
        var server = await MotoServer.RequireAsync();
        using var client = new AmazonS3Client(
            server.AccessKey, server.SecretKey, new AmazonS3Config { ServiceURL = server.ServiceUrl.ToString(), ForcePathStyle = true });

        new S3ArtifactStore(new S3StorageOptions { Bucket = "bucket" }, client).Dispose();

        Assert.That((await client.ListBucketsAsync()).HttpStatusCode, Is.EqualTo(System.Net.HttpStatusCode.OK));
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings, Action<MlOpsBuilder> add)
    {
        var services = new ServiceCollection();
        add(services.AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        return services.BuildServiceProvider();
    }

    private static string UrlOf(IArtifactStore store) => store.GetService<IAmazonS3>()!.Config.ServiceURL;
}
