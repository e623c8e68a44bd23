using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class AddMlOpsTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("a");
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Without_any_configuration_artifacts_go_to_the_local_disk()
    {
        await using var services = new ServiceCollection().AddMlOps().Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<LocalDiskArtifactStore>(), Is.Not.Null);
        Assert.That(services.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get("LocalDisk").Root, Is.EqualTo("mlops-data"));
    }

    [Test]
    public async Task The_given_configuration_selects_the_store()
    {
        await using var services = new ServiceCollection().AddMlOps(Configure(("Storage:LocalDisk:Root", _folder.Path))).Services.BuildServiceProvider();

        await services.GetRequiredService<IArtifactStore>().WriteTextAsync(s_path, "content");

        Assert.That(Path.Combine(_folder.Path, "objects", "a@artifact"), Does.Exist);
    }

    [Test]
    public void Without_one_given_the_hosts_configuration_is_read()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddConfiguration(Configure(("Storage:Provider", "Memory")));
        builder.Services.AddMlOps();
        using var host = builder.Build();

        Assert.That(host.Services.GetRequiredService<IArtifactStore>().GetService<InMemoryArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public void The_section_itself_is_rejected_because_its_settings_would_be_ignored()
    {
        var thrown = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "Memory")).GetSection("MlOps")))!;

        Assert.That(thrown.Message, Does.Contain("'MlOps'").And.Contain("AddMlOps(builder.Configuration)"));
    }

    [Test]
    public async Task Another_section_may_have_the_one_of_MlOps()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("tenant:MlOps:Storage:Provider", "Memory")]).Build();
        await using var services = new ServiceCollection().AddMlOps(configuration.GetSection("tenant")).Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<InMemoryArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task Code_takes_precedence_over_configuration()
    {
        await using var services = new ServiceCollection()
            .AddSingleton(Configure(("Storage:Provider", "LocalDisk")))
            .AddMlOps(options => options.Storage.Provider = "Memory").Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<InMemoryArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task The_provider_is_found_ignoring_case()
    {
        await using var services = new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "memory"))).Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IArtifactStore>().GetService<InMemoryArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task The_selected_store_is_the_keyed_one()
    {
        await using var services = new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "Memory"))).Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IArtifactStore>(), Is.SameAs(services.GetRequiredKeyedService<IArtifactStore>("Memory")));
    }

    [Test]
    public async Task Two_keys_of_one_provider_have_their_own_options()
    {
        var configuration = Configure(("Storage:LocalDisk:Root", Path.Combine(_folder.Path, "hot")),
            ("Storage:archive:Root", Path.Combine(_folder.Path, "cold")));
        await using var services = new ServiceCollection().AddMlOps(configuration).AddLocalDiskStorage("archive").Services.BuildServiceProvider();

        await services.GetRequiredKeyedService<IArtifactStore>("archive").WriteTextAsync(s_path, "content");

        Assert.That(await services.GetRequiredService<IArtifactStore>().FindAsync(s_path), Is.Null);
        Assert.That(Path.Combine(_folder.Path, "cold", "objects", "a@artifact"), Does.Exist);
    }

    [Test]
    public async Task An_error_names_the_setting_of_its_store()
    {
        var file = Path.Combine(_folder.Path, "file");
        await using var services = new ServiceCollection().AddMlOps(Configure(("Storage:archive:Root", file))).AddLocalDiskStorage("archive")
            .Services.BuildServiceProvider();
        var store = services.GetRequiredKeyedService<IArtifactStore>("archive");
        await File.WriteAllTextAsync(file, "");

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => store.WriteTextAsync(s_path, "content")))!;

        Assert.That(thrown.Message, Does.Contain("MlOps:Storage:archive:Root"));
    }

    [Test]
    public async Task AddMlOps_may_be_called_twice()
    {
        var services = new ServiceCollection();
        services.AddMlOps();
        services.AddMlOps(Configure(("Storage:Provider", "Memory")));
        services.AddMlOps();

        await using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IArtifactStore>().GetService<InMemoryArtifactStore>(), Is.Not.Null);
        Assert.That(provider.GetServices<IArtifactStore>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_key_added_twice_is_rejected()
    {
        var builder = new ServiceCollection().AddMlOps().AddLocalDiskStorage("archive");

        var thrown = Assert.Throws<ArgumentException>(() => builder.AddInMemoryStorage("Archive"))!;

        Assert.That(thrown.Message, Does.Contain("'Archive' is already registered").And.Contain("another key"));
    }

    [Test]
    public async Task An_unknown_provider_stops_the_start_and_names_the_registered_ones_and_the_missing_call()
    {
        var thrown = await StartAsync(static builder => builder, ("Storage:Provider", "S3"));

        Assert.That(thrown!.Message, Does.Contain("MlOps:Storage:Provider is 'S3'")
            .And.Contain("'LocalDisk', 'Memory'").And.Contain("AddMlOps(configuration).AddS3Storage()"));
    }

    [TestCase(null)]
    [TestCase("")]
    public async Task A_provider_without_a_name_stops_the_start(string? provider)
    {
        var thrown = await StartAsync(static builder => builder, ("Storage:Provider", provider));

        Assert.That(thrown!.Message, Does.Contain("MlOps:Storage:Provider is ''").And.Contain("'LocalDisk', 'Memory'").And.Contain("or remove it")
            .And.Not.Contain("AddStorage"));
    }

    [Test]
    public async Task Every_fault_is_reported_at_once_with_its_full_path()
    {
        var thrown = await StartAsync(
            static builder => builder.AddLocalDiskStorage("archive").AddLocalDiskStorage("code", static options => options.Root = " "),
            ("Storage:Provider", "nowhere"), ("Storage:LocalDisk:Root", ""), ("Storage:archive:Root", " "));

        Assert.That(thrown!.Failures, Has.Exactly(4).Items
            .And.Some.StartsWith("MlOps:Storage:Provider")
            .And.Some.StartsWith("MlOps:Storage:LocalDisk:Root")
            .And.Some.StartsWith("MlOps:Storage:archive:Root")
            .And.Some.StartsWith("MlOps:Storage:code:Root"));
    }

    [Test]
    public async Task Values_that_do_not_bind_are_reported_with_all_other_faults_and_their_paths()
    {
        var thrown = await StartAsync(
            static builder => builder.AddModel<Row, Row>("fraud"),
            ("Storage:Provider", "nowhere"),
            ("Registry:Aliases:production:Approvals", "many"),
            ("Registry:Aliases:production:MaxSize", "small"),
            ("Registry:Aliases:latest:Approvals", "1"),
            ("Metrics:Sinks:JsonLines:BatchSize", "large"),
            ("Metrics:Sinks:JsonLines:MaxFileSize", "huge"),
            ("Metrics:Capacity", "0"),
            ("Models:fraud:Start", "perhaps"));

        Assert.That(thrown!.Failures, Has.Exactly(8).Items
            .And.Some.StartsWith("MlOps:Storage:Provider")
            .And.Some.StartsWith("MlOps:Registry:Aliases:production:Approvals is 'many'. Set it to a whole number")
            .And.Some.StartsWith("MlOps:Registry:Aliases:production:MaxSize is 'small'. Set it to a whole number")
            .And.Some.StartsWith("MlOps:Registry:Aliases:latest")
            .And.Some.StartsWith("MlOps:Metrics:Sinks:JsonLines:BatchSize is 'large'")
            .And.Some.StartsWith("MlOps:Metrics:Sinks:JsonLines:MaxFileSize is 'huge'")
            .And.Some.StartsWith("MlOps:Metrics:Capacity")
            .And.Some.EqualTo("MlOps:Models:fraud:Start is 'perhaps'. Set it to Required, Optional or Lazy."));
    }

    [Test]
    public async Task A_store_that_nothing_selects_or_configures_is_not_validated() => Assert.That(
        await StartAsync(static builder => builder.AddArtifactStore<LocalDiskStorageOptions>(
            "Unused", static (_, _) => { }, configure: null, static (_, _) => throw new InvalidOperationException()), ("Storage:Provider", "Memory")),
        Is.Null);

    [Test]
    public async Task The_container_disposes_the_stores_that_it_created()
    {
        var store = new DisposableStore();
        var services = new ServiceCollection().AddMlOps(static options => options.Storage.Provider = "Mine")
            .AddArtifactStore("Mine", _ => store).Services.BuildServiceProvider();
        services.GetRequiredService<IArtifactStore>();

        await services.DisposeAsync();

        Assert.That(store.Disposals, Is.EqualTo(1));
    }

    private static async Task<OptionsValidationException?> StartAsync(Func<MlOpsBuilder, MlOpsBuilder> add, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services.AddMlOps(Configure(settings)));
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await host.StopAsync();
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return exception;
        }
    }

    private sealed class Row
    {
        public float Amount { get; set; }
    }

    private static IConfiguration Configure(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(static setting => $"MlOps:{setting.Key}", static setting => setting.Value)).Build();
}
