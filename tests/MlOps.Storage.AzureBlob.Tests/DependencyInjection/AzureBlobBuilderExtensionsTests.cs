using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class AzureBlobBuilderExtensionsTests
{
    [Test]
    public void Provider_selects_the_store()
    {
        using var services = Build(
            new() { ["Provider"] = "AzureBlob", ["AzureBlob:Container"] = "artifacts", ["AzureBlob:ServiceUri"] = "https://acme.blob.core.windows.net" });

        var container = services.GetRequiredService<IArtifactStore>().GetService<BlobContainerClient>();

        Assert.That(container!.Uri, Is.EqualTo(new Uri("https://acme.blob.core.windows.net/artifacts")));
    }

    [Test]
    public void Two_keys_have_two_sets_of_options()
    {
        using var services = Build(
            new()
            {
                ["AzureBlob:Container"] = "hot",
                ["AzureBlob:ServiceUri"] = "https://hot.blob.core.windows.net",
                ["archive:Container"] = "cold",
                ["archive:ServiceUri"] = "https://cold.blob.core.windows.net",
            },
            static builder => builder.AddAzureBlobStorage("archive"));

        var containers = new[] { "AzureBlob", "archive" }
            .Select(key => services.GetRequiredKeyedService<IArtifactStore>(key).GetService<BlobContainerClient>()!.Name);

        Assert.That(containers, Is.EqualTo(new[] { "hot", "cold" }));
    }

    [Test]
    public void Settings_alone_add_second_stores()
    {
        using var services = Build(new()
        {
            ["Provider"] = "archive",
            ["archive:Type"] = "AzureBlob",
            ["archive:Container"] = "cold",
            ["archive:ServiceUri"] = "https://cold.blob.core.windows.net",
        });

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<BlobContainerClient>()!.Name, Is.EqualTo("cold"));
    }

    [TestCase(null)]
    [TestCase("AzureBlob")]
    public void A_client_among_the_services_is_used(string? key)
    {
        var client = new BlobServiceClient(new Uri("https://registered.blob.core.windows.net"));
        var services = new ServiceCollection().AddKeyedSingleton(key, client);
        services.AddMlOps(
            Configuration(
                new() { ["Provider"] = "AzureBlob", ["AzureBlob:Container"] = "artifacts", ["AzureBlob:ServiceUri"] = "https://acme.blob.core.windows.net" }))
            .AddAzureBlobStorage().AddAzureBlobStorage();
        using var provider = services.BuildServiceProvider();

        var container = provider.GetRequiredService<IArtifactStore>().GetService<BlobContainerClient>()!;

        Assert.That(container.Uri, Is.EqualTo(new Uri("https://registered.blob.core.windows.net/artifacts")));
    }

    [Test]
    public void Code_wins_over_the_section()
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configuration(new() { ["AzureBlob:Container"] = "section", ["AzureBlob:ServiceUri"] = "https://acme.blob.core.windows.net" }))
            .AddAzureBlobStorage(configure: static options => options.Container = "code");
        using var provider = services.BuildServiceProvider();

        var container = provider.GetRequiredKeyedService<IArtifactStore>("AzureBlob").GetService<BlobContainerClient>()!.Name;

        Assert.That(container, Is.EqualTo("code"));
    }

    [Test]
    public void Faults_of_the_selected_store_name_its_section()
    {
        using var services = Build(new() { ["Provider"] = "archive", ["archive:BlockSize"] = "1" }, static builder => builder.AddAzureBlobStorage("archive"));

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.That(failure.Message, Does.Contain("MlOps:Storage:archive:Container is empty").And.Contain("MlOps:Storage:archive:BlockSize is 1"));
    }

    [Test]
    public void Store_that_is_not_selected_need_not_be_configured()
    {
        using var services = Build([]);

        Assert.That(() => services.GetRequiredService<IStartupValidator>().Validate(), Throws.Nothing);
    }

    [Test]
    public void Same_key_with_another_provider_is_refused() =>
        Assert.That(() => Build([], static builder => builder.AddLocalDiskStorage("AZUREBLOB")), Throws.ArgumentException);

    [Test]
    public void Messages_name_the_section_of_the_key()
    {
        using var services = Build(
            new() { ["archive:Container"] = "cold", ["archive:Prefix"] = "p", ["archive:ServiceUri"] = "https://cold.blob.core.windows.net" },
            static builder => builder.AddAzureBlobStorage("archive"));
        var store = services.GetRequiredKeyedService<IArtifactStore>("archive");

        Assert.That(
            () => store.FindAsync(ArtifactPath.Parse(new string('a', ArtifactPath.MaxBytes))),
            Throws.ArgumentException.With.Message.Contains("MlOps:Storage:archive:Prefix"));
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings, Action<MlOpsBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddMlOps(Configuration(settings)).AddAzureBlobStorage();
        configure?.Invoke(builder);
        return services.BuildServiceProvider();
    }

    private static IConfigurationRoot Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"MlOps:Storage:{setting.Key}", setting.Value)))
        .Build();
}
