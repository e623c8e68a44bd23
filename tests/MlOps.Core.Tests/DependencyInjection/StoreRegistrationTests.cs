using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Metrics;
using MlOps.Records;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class StoreRegistrationTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Two_modules_may_add_the_same_store_and_the_options_of_both_apply()
    {
        var builder = new ServiceCollection().AddMlOps();
        builder.AddLocalDiskStorage("archive", static options => options.Root = "first").AddInMemoryStorage("spare");
        builder.AddLocalDiskStorage("Archive", static options => options.Root = "second").AddInMemoryStorage("spare").AddLocalDiskStorage("archive");
        await using var services = builder.Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get("archive").Root, Is.EqualTo("second"));
        Assert.That(services.GetKeyedServices<IArtifactStore>("archive").Count(), Is.EqualTo(1));
        Assert.That(services.GetKeyedServices<IRecordKind>("archive").Select(static roots => roots.GetType()), Is.Unique);
    }

    [Test]
    public void The_same_factory_may_be_added_twice_and_another_one_is_rejected()
    {
        var store = new InMemoryArtifactStore();
        Func<IServiceProvider, IArtifactStore> create = _ => store;
        var builder = new ServiceCollection().AddMlOps().AddArtifactStore("mine", create).AddArtifactStore("mine", create);

        var thrown = Assert.Throws<ArgumentException>(() => builder.AddArtifactStore("mine", _ => new InMemoryArtifactStore()))!;

        Assert.That(thrown.Message, Does.Contain("'mine' is already registered"));
    }

    [Test]
    public void Another_type_with_the_same_key_is_rejected_with_both_types()
    {
        var builder = new ServiceCollection().AddMlOps().AddLocalDiskStorage("archive");

        var thrown = Assert.Throws<ArgumentException>(() => builder.AddInMemoryStorage("archive"))!;

        Assert.That(thrown.Message,
            Does.Contain("with the type 'LocalDisk' by a call or by MlOps:Storage:archive:Type, but this store has the type 'Memory'. Use another key."));
    }

    [Test]
    public async Task Two_modules_may_add_the_same_model_and_the_options_of_both_apply()
    {
        var builder = new ServiceCollection().AddMlOps().AddModel<Row, Row>("iris", static model => model.Alias = "staging")
            .AddModel<Row, Row>("Iris", static model => model.Predictors = 3);
        await using var services = builder.Services.BuildServiceProvider();

        var options = services.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get("iris");

        Assert.That((options.Alias, options.Predictors, services.GetServices<IModel>().Count()), Is.EqualTo(("staging", 3, 1)));
        Assert.That(() => builder.AddModel<Row, Other>("iris"), Throws.ArgumentException.With.Message.Contains("with other types"));
    }

    [Test]
    public void The_same_sink_type_may_be_added_twice_and_another_one_is_rejected()
    {
        Func<IServiceProvider, string, IMetricsSink> create = static (_, _) => throw new NotSupportedException();
        var builder = new ServiceCollection().AddMlOps().AddMetricsSink("Statsd", create).AddMetricsSink("Statsd", create);

        Assert.That(() => builder.AddMetricsSink("statsd", static (_, _) => throw new InvalidOperationException()), Throws.ArgumentException);
    }

    [Test]
    public async Task Settings_alone_add_second_stores_of_a_type()
    {
        var configuration = Configure(
            ("Storage:Provider", "archive"), ("Storage:archive:Type", "localdisk"), ("Storage:archive:Root", _folder.Path), ("Storage:scratch:Type", "Memory"),
                ("Strict", "true"));
        await using var services = new ServiceCollection().AddMlOps(configuration).Services.BuildServiceProvider();

        await services.GetRequiredService<IArtifactStore>().WriteTextAsync(ArtifactPath.Parse("a"), "content");

        Assert.That(Path.Combine(_folder.Path, "objects", "a@artifact"), Does.Exist);
        Assert.That(services.GetRequiredKeyedService<IArtifactStore>("archive"), Is.SameAs(services.GetRequiredService<IArtifactStore>()));
        Assert.That(services.GetRequiredKeyedService<IArtifactStore>("scratch").GetService<InMemoryArtifactStore>(), Is.Not.Null);
        Assert.That(services.GetArtifactMigrator("archive", "scratch"), Is.Not.Null);
    }

    [Test]
    public async Task Settings_add_stores_of_a_type_that_is_registered_later_with_another_key()
    {
        var configuration = Configure(("Storage:cold:Type", "Acme"), ("Storage:cold:Root", _folder.Path));
        await using var services = new ServiceCollection().AddMlOps(configuration).AddArtifactStore<LocalDiskStorageOptions>(
            "Acme", "warm", static (section, options) => section.Bind(options), configure: null, static (_, key, options) =>
                new LocalDiskArtifactStore(options)).Services.BuildServiceProvider();

        await services.GetRequiredKeyedService<IArtifactStore>("cold").WriteTextAsync(ArtifactPath.Parse("a"), "content");

        Assert.That(Path.Combine(_folder.Path, "objects", "a@artifact"), Does.Exist);
    }

    [Test]
    public void Settings_of_the_host_add_stores_too()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddConfiguration(Configure(("Storage:scratch:Type", "Memory")));
        builder.Services.AddMlOps();
        using var host = builder.Build();

        Assert.That(host.Services.GetRequiredKeyedService<IArtifactStore>("scratch").GetService<InMemoryArtifactStore>(), Is.Not.Null);
    }

    [Test]
    public async Task A_store_that_was_not_in_the_settings_when_stores_were_registered_stops_the_start()
    {
        var configuration = new ConfigurationManager();
        var run = await SettingsRun.StartAsync(
            builder =>
            {
                configuration.AddInMemoryCollection([new("MlOps:Storage:scratch:Type", "Memory")]);
                return builder;
            },
            configuration);

        Assert.That(run.Failures.Single(),
            Does.StartWith("MlOps:Storage:scratch adds a store of type 'Memory', but was not in the configuration when stores were registered."));
    }

    [TestCase("Memry", "MlOps:Storage:x:Type is 'Memry', which is not registered. Registered types are 'LocalDisk', 'Memory'. Did you mean 'Memory'?")]
    [TestCase("Acme", "MlOps:Storage:x:Type is 'Acme', which is not registered. Registered types are 'LocalDisk', 'Memory'.")]
    public async Task An_unknown_type_stops_the_start_and_lists_the_types(string type, string message)
    {
        var run = await SettingsRun.StartAsync(("Storage:x:Type", type), ("Storage:x:Bucket", "b"));

        Assert.That(run.Failures.Single(), Does.StartWith(message));
    }

    [Test]
    public async Task A_store_of_a_package_that_is_not_referenced_is_one_line_in_the_log()
    {
        var run = await SettingsRun.StartAsync(("Storage:x:Type", "S3"), ("Storage:x:Bucket", "b"));

        Assert.That(run.Failures, Is.Empty);
        Assert.That(run.Log.GetSnapshot().Select(static record => record.Message), Has.Exactly(1).Contains("MlOps:Storage:x is a store of type 'S3'"));
    }

    [Test]
    public async Task A_type_that_differs_from_the_one_in_code_is_rejected_in_either_order()
    {
        var configuration = Configure(("Storage:mine:Type", "LocalDisk"));
        var builder = new ServiceCollection().AddMlOps().AddInMemoryStorage("mine");
        builder.Services.AddMlOps(configuration);
        await using var services = builder.Services.BuildServiceProvider();

        Assert.That(
            () => services.GetRequiredService<IArtifactStore>(),
            Throws.TypeOf<OptionsValidationException>()
                .With.Message.StartsWith("MlOps:Storage:mine:Type is 'LocalDisk', but code registers the store with the type 'Memory'."));
        Assert.That(
            () => new ServiceCollection().AddMlOps(configuration).AddInMemoryStorage("mine"),
            Throws.ArgumentException.With.Message.Contains(
                "with the type 'LocalDisk' by a call or by MlOps:Storage:mine:Type, but this store has the type 'Memory'"));
    }

    [Test]
    public async Task An_unknown_key_of_a_store_from_settings_stops_the_start()
    {
        var run = await SettingsRun.StartAsync(("Storage:x:Type", "LocalDisk"), ("Storage:x:Rot", "data"), ("Storage:y:Type", "LocalDisk"),
            ("Storage:y:Root", " "));

        Assert.That(run.Failures, Has.Exactly(2).Items
            .And.Some.EqualTo("'MlOps:Storage:x:Rot' is not a known setting. Did you mean 'MlOps:Storage:x:Root'? Rename or remove the key.")
            .And.Some.StartsWith("MlOps:Storage:y:Root"));
    }

    [TestCase("AWS", "Did you mean 'S3'? Add the package MlOps.Storage.S3 and the call services.AddMlOps(configuration).AddS3Storage().")]
    [TestCase("Amazon S3", "Did you mean 'S3'?")]
    [TestCase("azure",
        "Did you mean 'AzureBlob'? Add the package MlOps.Storage.AzureBlob and the call services.AddMlOps(configuration).AddAzureBlobStorage().")]
    [TestCase("Blob", "Did you mean 'AzureBlob'?")]
    [TestCase("File", "Registered stores are 'LocalDisk', 'Memory'. Did you mean 'LocalDisk'?")]
    [TestCase("local", "Did you mean 'LocalDisk'?")]
    [TestCase("InMemory", "Did you mean 'Memory'?")]
    [TestCase("LocalDsk", "Did you mean 'LocalDisk'?")]
    [TestCase("Acme", "register your own store with services.AddMlOps(configuration).AddArtifactStore(\"Acme\", …)")]
    public async Task An_unknown_provider_is_reported_with_the_most_similar_key(string provider, string advice)
    {
        var run = await SettingsRun.StartAsync(("Storage:Provider", provider));

        Assert.That(run.Failures.Single(),
            Does.StartWith($"MlOps:Storage:Provider is '{provider}', which is not registered. Registered stores are 'LocalDisk', 'Memory'.")
            .And.Contain(advice));
    }

    [Test]
    public async Task A_provider_under_another_name_is_reported_with_the_call_that_registers_it()
    {
        var run = await SettingsRun.StartAsync(static builder => builder.AddInMemoryStorage("S3"), ("Storage:Provider", "AWS"));

        Assert.That(run.Failures.Single(), Does.EndWith("Did you mean 'S3'? AddS3Storage() registers it."));
    }

    private static IConfiguration Configure(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"MlOps:{setting.Key}", (string?)setting.Value)))
            .Build();

    private sealed class Row
    {
        public float Amount { get; set; }
    }

    private sealed class Other
    {
        public float Amount { get; set; }
    }
}
