using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Serving;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

public sealed class StartReportTests
{
    [Test]
    public async Task Without_settings_the_log_names_the_store_and_the_reason()
    {
        var lines = await StartAsync(static _ => { });

        Assert.That(lines, Is.EqualTo(new[]
        {
            $"Artifacts are stored in LocalDisk at {Path.GetFullPath("mlops-data")}, the default; MlOps:Storage:Provider is not set.",
            "No alias has promotion gates. MlOps:Registry:Aliases is not set.",
            "No metrics sink is enabled. MlOps:Metrics:Sinks is not set.",
        }));
    }

    [Test]
    public async Task The_selected_store_and_those_that_have_settings_and_are_not_selected_are_named()
    {
        using var folder = new TemporaryFolder();

        var lines = await StartAsync(
            builder => builder.AddLocalDiskStorage("archive").AddLocalDiskStorage("unused").AddLocalDiskStorage("coded", options => options.Root = folder.Path),
            ("Storage:Provider", "ARCHIVE"), ("Storage:archive:Root", folder.Path), ("Storage:LocalDisk:Root", folder.Path));

        Assert.That(lines, Has.Some.EqualTo($"Artifacts are stored in 'archive' (LocalDisk at {folder.Path}), which MlOps:Storage:Provider selects."));
        Assert.That(lines.Where(static line => line.Contains("not selected", StringComparison.Ordinal)), Is.EquivalentTo(new[]
        {
            "The store 'LocalDisk' has settings but is not selected. Artifacts are stored in 'archive'. "
                + "To select it, set MlOps:Storage:Provider to 'LocalDisk'.",
            "The store 'coded' has settings but is not selected. Artifacts are stored in 'archive'. To select it, set MlOps:Storage:Provider to 'coded'.",
        }));
    }

    [Test]
    public async Task A_store_that_code_selects_is_logged_as_selected_by_code()
    {
        var lines = await StartAsync(static builder => builder.Services.Configure<MlOpsOptions>(static options => options.Storage.Provider = "Memory"));

        Assert.That(lines,
            Has.Some.EqualTo("Artifacts are stored in Memory of this process, lost when it ends, which code selects; MlOps:Storage:Provider is not set."));
    }

    [Test]
    public async Task A_sink_of_an_unregistered_type_is_not_reported()
    {
        var lines = await StartAsync(static _ => { }, ("Metrics:Sinks:Log:SampleRate", "1"), ("Metrics:Sinks:other:SampleRate", "1"));

        Assert.That(lines, Has.Some.EqualTo("Metrics are delivered to the sinks 'Log'."));
    }

    [Test]
    public async Task Gates_sinks_and_models_are_named_before_models_load()
    {
        var lines = await StartAsync(
            static builder => builder.AddModelLoader<LineLoader>()
                .AddModel<Point, Answer>("flowers")
                .AddModel<Point, Answer>("pinned", static options =>
                    (options.Version, options.PollInterval, options.Start) = (3, TimeSpan.Zero, ModelStartMode.Lazy)),
            ("Storage:Provider", "Memory"),
            ("Registry:Aliases:production:Metrics:auc:AtLeast", "0.9"),
            ("Registry:Aliases:production:Metrics:auc:MaxDecrease", "0.01"),
            ("Registry:Aliases:production:RequiredTags:0", "team"),
            ("Registry:Aliases:production:MaxLatency", "00:00:00.050"),
            ("Registry:Aliases:production:Approvals", "2"),
            ("Metrics:Sinks:Log:SampleRate", "1"),
            ("Metrics:Sinks:more:Type", "Meter"),
            ("Models:flowers:Model", "iris"),
            ("Models:flowers:Start", "Optional"));

        Assert.That(lines[..5], Is.EqualTo(new[]
        {
            "Artifacts are stored in Memory of this process, lost when it ends, which MlOps:Storage:Provider selects.",
            "The alias 'production' has these promotion gates: metric 'auc' at least 0.9 and decrease at most 0.01; "
                + "tags 'team'; latency at most 00:00:00.0500000; approvals 2.",
            "Metrics are delivered to the sinks 'Log', 'more' (type Meter).",
            "The model 'flowers' serves the alias 'production' of 'iris'. Its start mode is Optional, and the registry is polled every 00:00:05.",
            "The model 'pinned' serves version 3 of 'pinned'. Its start mode is Lazy, and the registry is polled only on request.",
        }));
        Assert.That(lines[5], Does.Contain("'flowers'"));
    }

    [Test]
    public async Task A_store_that_the_application_registers_itself_is_named()
    {
        var lines = await StartAsync(static builder => builder.Services.AddSingleton<IArtifactStore>(new InMemoryArtifactStore()));

        Assert.That(lines,
            Has.Some.EqualTo("Artifacts are stored in Memory of this process, lost when it ends, which the application registers as IArtifactStore."));
    }

    [Test]
    public async Task A_keyed_store_that_the_application_registers_itself_can_be_selected_and_is_named()
    {
        var lines = await StartAsync(
            static builder => builder.Services.AddKeyedSingleton<IArtifactStore>("mine", new InMemoryArtifactStore()), ("Storage:Provider", "mine"));

        Assert.That(lines, Has.Some.EqualTo("Artifacts are stored in Memory of this process, lost when it ends, which MlOps:Storage:Provider selects."));
    }

    [Test]
    public async Task The_place_of_a_decorated_store_is_named_with_the_decorator()
    {
        using var folder = new TemporaryFolder();

        var lines = await StartAsync(static builder => builder.DecorateStore(static (_, store) => new CountingStore(store)),
            ("Storage:LocalDisk:Root", folder.Path));

        Assert.That(
            lines, Has.Some.EqualTo(
                $"Artifacts are stored in LocalDisk at {folder.Path} decorated by CountingStore, the default; MlOps:Storage:Provider is not set."));
    }

    private static async Task<string[]> StartAsync(Action<MlOpsBuilder> build, params (string Key, string Value)[] settings)
    {
        var logs = new FakeLogCollector();
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Configuration.AddInMemoryCollection(settings.ToDictionary(static setting => $"MlOps:{setting.Key}", static setting => (string?)setting.Value));
        host.Logging.AddProvider(new FakeLoggerProvider(logs));
        build(host.Services.AddMlOps(host.Configuration));
        using var built = host.Build();
        await built.StartAsync();
        await built.StopAsync();
        return [.. logs.GetSnapshot().Where(static record => record.Category!.StartsWith("MlOps", StringComparison.Ordinal))
            .Select(static record => record.Message)];
    }
}
