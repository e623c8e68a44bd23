using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Maintenance;
using MlOps.Records;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class KeyedStoreRegistrationTests
{
    [Test]
    public async Task Services_of_a_store_are_keyed_singletons_and_unkeyed_ones_use_the_selected_store()
    {
        await using var services = Build(("Storage:Provider", "memory"));

        AssertSelected<ContentStore>(services);
        AssertSelected<IStoreMaintenance>(services);
    }

    [Test]
    public async Task Maintenance_covers_the_records_of_its_store_and_bypasses_the_cache()
    {
        using var folder = new TemporaryFolder();
        await using var services = Build(("Storage:Provider", "Memory"), ("Content:Cache:Folder", folder.Path));
        var store = services.GetRequiredService<IArtifactStore>();
        await new NoteArchive(store, TimeProvider.System).RegisterAsync("text");
        var content = services.GetRequiredService<ContentStore>();
        await ReadAsync(content);
        await store.DeleteAsync(NoteArchive.PathOf("text"));

        await ReadAsync(content);
        var report = await services.GetRequiredService<IStoreMaintenance>().VerifyAsync();

        Assert.That(report.Faults.Single().Path, Is.EqualTo(NoteArchive.PathOf("text")));
    }

    [Test]
    public async Task Without_a_folder_nothing_is_cached()
    {
        await using var services = Build(("Storage:Provider", "Memory"));
        var store = services.GetRequiredService<IArtifactStore>();
        await new NoteArchive(store, TimeProvider.System).RegisterAsync("text");
        await ReadAsync(services.GetRequiredService<ContentStore>());
        await store.DeleteAsync(NoteArchive.PathOf("text"));

        await Assert.ThrowsAsync<ArtifactNotFoundException>(() => ReadAsync(services.GetRequiredService<ContentStore>()));
    }

    [Test]
    public async Task Code_takes_precedence_over_configuration_for_the_cache()
    {
        await using var services = new ServiceCollection().AddMlOps(Configure(("Content:Cache:MaxSize", "1000"), ("Content:Cache:Folder", "configured")))
            .Services
            .Configure<ContentCacheOptions>(static options => options.Folder = "code").BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<ContentCacheOptions>>().Value;

        Assert.That((options.Folder, options.MaxSize), Is.EqualTo(("code", 1000L)));
    }

    [Test]
    public async Task Wrong_settings_of_the_cache_stop_the_start_all_at_once_with_their_full_paths()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMlOps(Configure(("Content:Cache:Folder", " "), ("Content:Cache:MaxSize", "0")));
        using var host = builder.Build();

        var thrown = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync()))!;

        Assert.That(thrown.Failures, Has.Exactly(2).Items.And.Some.StartsWith("MlOps:Content:Cache:Folder is ' '")
            .And.Some.StartsWith("MlOps:Content:Cache:MaxSize is 0"));
    }

    [Test]
    public async Task A_folder_setting_with_a_URL_a_file_or_a_variable_fails_the_start(
        [Values("Storage:LocalDisk:Root", "Content:Cache:Folder", "Metrics:Sinks:JsonLines:Path", "Tracking:SpoolFolder", "Serving:CacheFolder",
            "Models:iris:CacheFolder")] string setting,
        [Values("s3://acme/x", "~/mlops", "$HOME/mlops", "file")] string value)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        value = value == "file" ? file : value;

        var run = await SettingsRun.StartAsync(static builder => builder.AddModel<Row, Row>("iris", static model => model.Start = ModelStartMode.Lazy),
            (setting, value));

        Assert.That(run.Failures.Single(), Does.StartWith($"MlOps:{setting} is '{value}', ").And.Contain("Set it to "));
        Assert.That(Directory.Exists(value), Is.False);
    }

    private static void AssertSelected<TService>(IServiceProvider services)
        where TService : class
    {
        Assert.That(services.GetRequiredService<TService>(), Is.SameAs(services.GetRequiredKeyedService<TService>("Memory")));
        Assert.That(services.GetRequiredService<TService>(), Is.Not.SameAs(services.GetRequiredKeyedService<TService>("LocalDisk")));
    }

    private static ServiceProvider Build(params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configure(settings));
        return services
            .AddKeyedSingleton<IRecordKind>("Memory", static (provider, key) =>
                new NoteArchive(provider.GetRequiredKeyedService<IArtifactStore>(key), TimeProvider.System))
            .BuildServiceProvider();
    }

    private static IConfiguration Configure(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(static setting => $"MlOps:{setting.Key}", static setting => (string?)setting.Value)).Build();

    private static async Task ReadAsync(ContentStore content)
    {
        await using var opened = await content.OpenReadAsync(NoteArchive.DigestOf("text"));
        await opened.Stream.CopyToAsync(Stream.Null);
    }

    private sealed class Row
    {
        public float Amount { get; set; }
    }
}
