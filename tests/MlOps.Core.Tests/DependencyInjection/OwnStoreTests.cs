using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Migration;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.DependencyInjection;

public sealed class OwnStoreTests
{
    private TemporaryFolder _folder = null!;
    private RecordingStore _store = null!;

    [SetUp]
    public void CreateStore()
    {
        _folder = new TemporaryFolder();
        _store = new RecordingStore(new InMemoryArtifactStore());
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public Task A_store_that_the_application_registers_before_is_used_by_every_part() =>
        AssertUsedAsync(services => services.AddSingleton<IArtifactStore>(_store).AddMlOps(Configure()));

    [Test]
    public Task A_store_that_the_application_registers_afterwards_is_used_by_every_part() =>
        AssertUsedAsync(services => services.AddMlOps(Configure()).Services.AddSingleton<IArtifactStore>(_store));

    [Test]
    public Task A_store_that_replaces_the_selected_one_is_used_by_every_part() =>
        AssertUsedAsync(services => services.AddMlOps(Configure()).Services.Replace(ServiceDescriptor.Singleton<IArtifactStore>(_ => _store)));

    [TestCase(false)]
    [TestCase(true)]
    public Task A_keyed_store_that_the_application_registers_is_used_where_Provider_selects_it(bool isFirst) => AssertUsedAsync(
        services =>
        {
            if (isFirst)
            {
                services.AddKeyedSingleton<IArtifactStore>("LocalDisk", _store);
            }

            services.AddMlOps(Configure());
            if (!isFirst)
            {
                services.AddKeyedSingleton<IArtifactStore>("LocalDisk", _store);
            }
        },
        "LocalDisk");

    [Test]
    public Task A_keyed_store_that_only_the_application_registers_can_be_selected() =>
        AssertUsedAsync(services => services.AddKeyedSingleton<IArtifactStore>("mine", _store).AddMlOps(Configure(("Storage:Provider", "mine"))), "mine");

    [Test]
    public Task A_decorator_of_the_selected_store_is_used_by_every_part() => AssertUsedAsync(
        services => services.AddMlOps(Configure(("Storage:Provider", "Memory"))).DecorateStore((_, inner) => _store = new RecordingStore(inner)), "Memory");

    [Test]
    public Task A_decorator_of_a_store_with_a_key_is_used_by_every_part() => AssertUsedAsync(
        services => services.AddMlOps(Configure(("Storage:Provider", "Memory"))).DecorateStore("memory", (_, inner) => _store = new RecordingStore(inner)),
            "Memory");

    [Test]
    public Task A_decorator_that_the_application_registers_without_a_key_is_used_by_every_part() => AssertUsedAsync(services =>
        services.AddMlOps(Configure())
            .Services.AddSingleton<IArtifactStore>(provider => _store = new RecordingStore(provider.GetRequiredKeyedService<IArtifactStore>("Memory"))));

    [Test]
    public async Task Several_decorators_apply_in_the_order_of_registration_and_only_to_their_store()
    {
        var order = new List<string>();
        await using var services = new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "Memory")))
            .DecorateStore((_, inner) => Note("inner", inner)).DecorateStore((_, inner) => Note("outer", inner))
                .DecorateStore("LocalDisk", (_, inner) => Note("other", inner))
            .Services.BuildServiceProvider();

        services.GetRequiredService<IArtifactStore>();

        Assert.That(order, Is.EqualTo(["inner", "outer"]));

        RecordingStore Note(string name, IArtifactStore inner)
        {
            order.Add(name);
            return new RecordingStore(inner);
        }
    }

    [Test]
    public async Task The_container_disposes_the_store_below_a_decorator_that_does_not()
    {
        var inner = new DisposableStore();
        var services = new ServiceCollection().AddMlOps(Configure(("Storage:Provider", "mine"))).AddArtifactStore("mine", _ => inner)
            .DecorateStore(static (_, store) => new RecordingStore(store)).Services.BuildServiceProvider();
        services.GetRequiredService<IArtifactStore>();

        await services.DisposeAsync();

        Assert.That(inner.Disposals, Is.EqualTo(1));
    }

    [Test]
    public async Task A_decorator_of_a_store_that_is_not_registered_stops_the_start()
    {
        var run = await SettingsRun.StartAsync(static builder => builder.DecorateStore("Memry", static (_, store) => store));

        Assert.That(run.Failures.Single(),
            Does.StartWith(
            "DecorateStore(\"Memry\", …) decorates a store that is not registered. Registered stores are 'LocalDisk', 'Memory'. Did you mean 'Memory'?"));
    }

    [Test]
    public async Task A_decorator_of_the_selected_store_is_rejected_if_the_application_registers_its_own()
    {
        await using var services = new ServiceCollection().AddSingleton<IArtifactStore>(_store).AddMlOps(Configure()).DecorateStore(static (_, store) => store)
            .Services.BuildServiceProvider();

        Assert.That(() => services.GetRequiredService<IModelRegistry>(),
            Throws.InvalidOperationException.With.Message.Contains("Decorate that store where it is registered"));
    }

    [Test]
    public async Task A_decorator_of_a_keyed_store_that_the_application_registers_stops_the_start([Values("LocalDisk", "mine")] string key,
        [Values] bool isSelected, [Values] bool isFirst)
    {
        var run = await SettingsRun.StartAsync(
            builder =>
            {
                if (isFirst)
                {
                    Decorate(builder);
                }

                builder.Services.AddKeyedSingleton<IArtifactStore>(key, _store);
                return isFirst ? builder : Decorate(builder);
            },
            ("Storage:Provider", isSelected ? key : "Memory"));

        Assert.That(run.Failures.Single(), Does.StartWith("DecorateStore")
            .And.Contains($"decorates the store '{key}', but the application registered its own IArtifactStore with this key"));

        MlOpsBuilder Decorate(MlOpsBuilder builder) =>
            isSelected ? builder.DecorateStore(static (_, store) => store) : builder.DecorateStore(key, static (_, store) => store);
    }

    [Test]
    public async Task A_keyed_store_that_the_application_registers_first_and_a_decorator_of_it_stop_the_start()
    {
        var services = new ServiceCollection().AddKeyedSingleton<IArtifactStore>("LocalDisk", _store);
        await using var provider = services.AddMlOps(Configure()).DecorateStore(static (_, store) => store).Services.BuildServiceProvider();

        Assert.That(() => provider.GetRequiredService<IArtifactStore>(), Throws.TypeOf<OptionsValidationException>()
            .With.Message.Contains("decorates the store 'LocalDisk'"));
    }

    [Test]
    public async Task A_provider_in_the_settings_that_the_applications_own_store_replaces_is_a_warning()
    {
        var log = new FakeLogCollector();
        await using var services = new ServiceCollection().AddSingleton<ILoggerProvider>(new FakeLoggerProvider(log)).AddSingleton<IArtifactStore>(_store)
            .AddMlOps(Configure(("Storage:Provider", "Memory"))).Services.BuildServiceProvider();

        services.GetRequiredService<IModelRegistry>();
        services.GetRequiredService<IDatasetStore>();

        Assert.That(log.GetSnapshot().Where(static record => record.Level == LogLevel.Warning).Single().Message,
            Does.StartWith("MlOps:Storage:Provider is 'Memory', but the application registered its own IArtifactStore"));
    }

    private static IConfiguration Configure(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("Metrics:Sinks:ArtifactStore:BatchSize", "1"))
                .Select(static setting => KeyValuePair.Create($"MlOps:{setting.Item1}", (string?)setting.Item2))).Build();

    private async Task AssertUsedAsync(Action<IServiceCollection> add, string? key = null)
    {
        var file = Path.Combine(_folder.Path, "file.txt");
        await File.WriteAllTextAsync(file, "content");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        add(builder.Services);
        builder.Services.AddHealthChecks().AddMlOpsStorage();
        using var host = builder.Build();
        await host.StartAsync();
        var services = host.Services;

        Assert.That(services.GetRequiredService<IArtifactStore>(), Is.SameAs(_store));
        await AssertUsedAsync("registry", () => services.GetRequiredService<IModelRegistry>()
            .RegisterAsync("iris", new ModelRegistration { Format = "onnx", Files = [file] }));
        await AssertUsedAsync("datasets", () => services.GetRequiredService<IDatasetStore>().SnapshotAsync("flowers", file));
        await AssertUsedAsync("tracking", async () => await (await services.GetRequiredService<IExperimentTracker>().StartRunAsync("iris", "run")).EndAsync());
        await AssertUsedAsync("experiments", () => services.GetRequiredService<IExperimentStore>().FindAsync("iris"));
        await AssertUsedAsync("maintenance", () => services.GetRequiredService<IStoreMaintenance>().VerifyAsync());
        await AssertUsedAsync("health", () => services.GetRequiredService<HealthCheckService>().CheckHealthAsync());
        await AssertUsedAsync("metrics", async () =>
        {
            services.GetRequiredService<IMetricsRecorder>().GetMetric("loss").Record(1);
            await services.GetRequiredService<MetricsPipeline>().FlushAsync();
        });
        Assert.That(services.GetRequiredService<IWorkflowRunner>(), Is.Not.Null);
        if (key is not null)
        {
            await AssertUsedAsync("migration", () => services.GetArtifactMigrator(key, key == "Memory" ? "LocalDisk" : "Memory")
                .RunAsync(new MigrationOptions { DryRun = true }));
        }

        await host.StopAsync();
    }

    private async Task AssertUsedAsync(string part, Func<Task> act)
    {
        var calls = _store.Calls;

        await act();

        Assert.That(_store.Calls, Is.GreaterThan(calls), part);
    }

    private sealed class RecordingStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        private int _calls;

        public int Calls => _calls;

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path)
        {
            Interlocked.Increment(ref _calls);
            return Task.CompletedTask;
        }
    }
}
