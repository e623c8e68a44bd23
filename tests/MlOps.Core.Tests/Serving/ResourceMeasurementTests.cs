using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

public sealed class ResourceMeasurementTests : ServingFixture
{
    private static readonly TimeSpan s_loadTime = TimeSpan.FromSeconds(3);

    [Test]
    public async Task A_served_version_is_measured_and_recorded()
    {
        var service = await StartMeasuredAsync();

        var profile = await WaitForProfileAsync(service);

        Assert.That(profile.Machine, Is.EqualTo(ResourceProfile.CurrentMachine));
        Assert.That((profile.LoadTime, profile.Memory, profile.ArtifactSize), Is.EqualTo((s_loadTime, 1_000, 1)));
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task The_latencies_are_the_median_and_the_99th_percentile_of_the_predictions_of_callers()
    {
        var service = CreateMeasured();
        var calls = 0;
        service.Loader.After = line => line.Middle = () =>
        {
            // One in fifty predictions takes 8 µs, so the 99th percentile is 8 µs.
            service.Clock.Advance(TimeSpan.FromMicroseconds(Interlocked.Increment(ref calls) % 50 == 0 ? 8 : 2));
        };
        await service.PromoteAsync("2", "line", Service.Example(1, 2));
        await service.StartAsync();

        var profile = await WaitForProfileAsync(service);

        Assert.That(
            (profile.Latency, profile.LatencyP99), Is.EqualTo(((TimeSpan?)TimeSpan.FromMicroseconds(2), (TimeSpan?)TimeSpan.FromMicroseconds(8))));
    }

    [Test]
    public async Task The_99th_percentile_of_too_few_predictions_is_not_measured()
    {
        var service = CreateMeasured();
        service.Loader.After = line => line.Middle = () => service.Clock.Advance(TimeSpan.FromMilliseconds(20));
        await service.PromoteAsync("2");
        await service.StartAsync();

        var profile = await WaitForProfileAsync(service);

        Assert.That((profile.Latency, profile.LatencyP99), Is.EqualTo(((TimeSpan?)TimeSpan.FromMilliseconds(20), (TimeSpan?)null)));
    }

    [Test]
    public async Task A_version_is_recorded_once_for_each_kind_of_machine()
    {
        var first = await StartMeasuredAsync();
        await WaitForProfileAsync(first);

        var second = CreateMeasured();
        await second.StartAsync();
        await second.DisposeAsync();

        Assert.That(await CountAsync(first), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_processes_that_measure_at_the_same_time_record_a_version_once()
    {
        static void LogDebug(MlOpsBuilder builder) =>
            builder.AddModel<Point, Answer>("line", Measure).Services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Debug));
        var (first, second) = (CreateMeasured(LogDebug), CreateMeasured(LogDebug));
        await first.PromoteAsync("2");
        using var both = new Barrier(2); // neither process has recorded the version when the other one starts to load it
        first.Loader.Before = second.Loader.Before = _ => Task.Run(() => both.SignalAndWait(TimeSpan.FromMinutes(1)));
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await Until.IsTrueAsync(() => Logs(first, second).Count(static id => id is 662 or 663) == 2);

        Assert.That(await CountAsync(CreateService()), Is.EqualTo(1));
    }

    [Test]
    public async Task A_recorded_change_is_refused_if_it_adds_no_value()
    {
        var service = await StartMeasuredAsync();
        var profile = await WaitForProfileAsync(service);
        var change = new ModelChange { Kind = ModelEventKind.Profiled, Version = 1, Resources = profile, KeepsRecorded = true };

        var exception = await Assert.ThrowsAsync<VersionConflictException>(() => service.Registry.ChangeAsync("line", change));

        Assert.That(exception!.Message, Does.Contain("already recorded").And.Contain("SetResourcesAsync"));
    }

    [Test]
    public async Task Only_missing_values_are_recorded()
    {
        var service = CreateMeasured();
        await service.PromoteAsync("2");
        var recorded = new ResourceProfile { Machine = ResourceProfile.CurrentMachine, Memory = 77, LoadTime = TimeSpan.FromTicks(1) };
        await service.Registry.SetResourcesAsync("line", 1, recorded);
        await service.StartAsync();

        await Until.IsTrueAsync(() => Find(service)?.ArtifactSize is not null);

        Assert.That((Find(service)!.Memory, Find(service)!.LoadTime), Is.EqualTo((77, TimeSpan.FromTicks(1))));
        Assert.That(Find(service)!.Latency, Is.Not.Null);
    }

    [Test]
    public async Task A_model_without_the_setting_is_not_measured()
    {
        var service = CreateMeasured(settings: ("Models:line:MeasureResources", "false"));
        await service.PromoteAsync("2");
        await service.StartAsync();
        await service.DisposeAsync();

        Assert.That(await CountAsync(CreateService()), Is.Zero);
    }

    [Test]
    public async Task Memory_and_load_time_are_not_measured_while_another_model_is_loaded()
    {
        var service = CreateMeasured(
            build: static builder => builder.AddModel<Point, Answer>("line", Measure).AddModel<Point, Answer>("other", Measure));
        await service.PromoteAsync("2");
        await service.PromoteAsync("3", "other");
        using var both = new Barrier(2);
        service.Loader.Before = _ => Task.Run(() => both.SignalAndWait(TimeSpan.FromMinutes(1)));
        await service.StartAsync();

        await Until.IsTrueAsync(() => Find(service, "line") is not null && Find(service, "other") is not null);

        foreach (var model in new[] { "line", "other" })
        {
            var profile = Find(service, model)!;
            Assert.That((profile.Memory, profile.LoadTime), Is.EqualTo(((long?)null, (TimeSpan?)null)), model);
            Assert.That((profile.Latency, profile.ArtifactSize), Is.EqualTo(((TimeSpan?)TimeSpan.Zero, (long?)1)), model);
        }
    }

    [TestCase(0, null)]
    [TestCase(-5, null)]
    [TestCase(2, null)]
    [TestCase(3, 3)]
    public async Task An_increase_below_the_size_of_the_files_is_not_measured(long increase, long? memory)
    {
        var service = CreateMeasured();
        await service.PromoteAsync("2.0");
        SetIncrease(service, increase);
        await service.StartAsync();

        var profile = await WaitForProfileAsync(service);

        Assert.That(profile.Memory, Is.EqualTo(memory));
    }

    [Test]
    public async Task A_model_that_fails_during_the_measurement_is_served()
    {
        var service = CreateMeasured();
        await service.PromoteAsync("2");
        var calls = int.MinValue; // counted after the predictions from tensors; about 20 calls of the warm-up follow them
        service.Loader.After = line =>
        {
            line.MiddleOfTensors = () => calls = 0;
            line.Middle = () => _ = ++calls > 100 ? throw new InvalidOperationException("It broke.") : 0;
        };
        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.That(service.Logs.GetSnapshot().Select(static log => log.Id.Id), Has.Member(667));
    }

    [Test]
    public async Task A_store_that_denies_writes_is_reported_once_and_the_versions_are_served()
    {
        var store = new ReadOnlyStore();
        Store = new PluggableStore(store);
        var service = CreateMeasured(
            build: static builder => builder.AddModel<Point, Answer>("line", Measure)
                .AddModel<Point, Answer>("lazy", static options => (options.Start, options.MeasureResources) = (ModelStartMode.Lazy, true)));
        await service.PromoteAsync("2");
        await service.PromoteAsync("3", "lazy");
        store.IsReadOnly = true;
        await service.StartAsync();
        await Until.IsTrueAsync(() => service.Logs.GetSnapshot().Any(static log => log.Id.Id == 661));

        await service.Services.GetRequiredKeyedService<IModel<Point, Answer>>("lazy").PredictAsync(new Point());
        await service.DisposeAsync();

        var warnings = service.Logs.GetSnapshot().Where(static log => log.Level >= LogLevel.Warning).Select(static log => log.Id.Id);
        Assert.That(warnings.Where(static id => id is >= 660 and < 670), Is.EqualTo([661]));
    }

    [Test]
    public async Task A_failure_to_record_is_reported_and_the_version_is_served()
    {
        var service = CreateMeasured();
        await service.PromoteAsync("2");
        service.Loader.After = _ => Store.IsUnplugged = true;
        await service.StartAsync();

        await Until.IsTrueAsync(() => service.Logs.GetSnapshot().Any(static log => log.Id.Id == 660));

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Id.Id == 660).Message, Does.Contain("MlOps:Models:line:MeasureResources"));
    }

    [Test]
    public async Task A_version_can_be_measured_before_it_is_promoted()
    {
        var service = CreateMeasured(settings: ("Registry:Aliases:production:MaxMemory", "2000"));
        var version = await service.RegisterAsync("2", "churn", Service.Example(1, 2));
        var (registry, meter) = (service.Registry, service.Services.GetRequiredService<IResourceMeter>());
        await Assert.ThrowsAsync<PromotionRefusedException>(() => registry.SetAliasAsync("churn", "production", 1));

        var resources = await meter.MeasureAsync("churn", version.Number);
        Console.WriteLine($"{resources.Memory} bytes, {resources.LatencyP99} on {resources.Machine}");
        await registry.SetAliasAsync("churn", "production", version.Number);

        Assert.That((resources.LoadTime, resources.Memory, resources.ArtifactSize), Is.EqualTo((s_loadTime, 1_000, 1)));
        Assert.That((resources.Latency, resources.LatencyP99), Is.EqualTo(((TimeSpan?)TimeSpan.Zero, (TimeSpan?)TimeSpan.Zero)));
        Assert.That(Find(service, "churn")!.Memory, Is.EqualTo(1_000));
        Assert.That(service.Loader.Models.Single().Disposals, Is.EqualTo(1), "The version is unloaded.");
        Assert.That(Directory.EnumerateDirectories(Path.Combine(Folder.Path, "cache"), "measured-*"), Is.Empty);
    }

    [Test]
    public async Task A_measurement_on_demand_uses_the_row_types_of_the_registered_model()
    {
        var service = CreateMeasured(static builder => builder.AddModel<Point, Answer>("served", static options => options.Model = "line"));
        service.Loader.After = line =>
        {
            line.Middle = () => service.Clock.Advance(TimeSpan.FromMicroseconds(3));
            line.MiddleOfTensors = () => service.Clock.Advance(TimeSpan.FromMicroseconds(7));
        };
        await service.RegisterAsync("2");
        await service.RegisterAsync("2", "other");
        var meter = service.Services.GetRequiredService<IResourceMeter>();

        Assert.That((await meter.MeasureAsync("line", 1)).Latency, Is.EqualTo(TimeSpan.FromMicroseconds(3)));
        Assert.That((await meter.MeasureAsync("other", 1)).Latency, Is.EqualTo(TimeSpan.FromMicroseconds(7)), "from tensors");
        Assert.That(service.Loader.Models.Select(static line => (line.Disposals, line.LivePredictors)), Has.All.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_repeated_measurement_replaces_the_recorded_values()
    {
        var service = CreateMeasured();
        await service.RegisterAsync("2");
        var meter = service.Services.GetRequiredService<IResourceMeter>();
        await meter.MeasureAsync("line", 1);
        SetIncrease(service, 2_000);

        await meter.MeasureAsync("line", 1);

        Assert.That(Find(service)!.Memory, Is.EqualTo(2_000));
    }

    [Test]
    public async Task A_value_that_cannot_be_measured_on_demand_is_reported()
    {
        var service = CreateMeasured();
        SetIncrease(service, 0);
        service.Loader.After = line => line.Middle = () => service.Clock.Advance(TimeSpan.FromSeconds(2));
        await service.RegisterAsync("2");

        var measured = await service.Services.GetRequiredService<IResourceMeter>().MeasureAsync("line", 1);

        Assert.That((measured.Memory, measured.Latency, measured.LatencyP99), Is.EqualTo(((long?)null, (TimeSpan?)TimeSpan.FromSeconds(2), (TimeSpan?)null)));
        Assert.That(service.Logs.GetSnapshot().Select(static log => log.Id.Id), Is.SupersetOf(new[] { 664, 665 }));
    }

    [Test]
    public async Task A_measurement_of_a_missing_version_names_the_existing_versions()
    {
        var service = CreateMeasured();
        await service.RegisterAsync("2");

        var exception = await Assert.ThrowsAsync<VersionNotFoundException>(
            () => service.Services.GetRequiredService<IResourceMeter>().MeasureAsync("line", 7));

        Assert.That(exception!.Message, Does.Contain("7"));
    }

    [TestCase("this", 5)]
    [TestCase("other", 5)]
    [TestCase(null, 5)]
    [TestCase("none", 1)]
    public async Task A_memory_budget_uses_the_measured_memory(string? machine, long bytes)
    {
        var service = CreateService(static options => options.MemoryBudget = 1);
        await service.PromoteAsync("2");
        if (machine != "none")
        {
            var profile = new ResourceProfile { Machine = machine == "this" ? ResourceProfile.CurrentMachine : machine, Memory = 5 };
            await service.Registry.SetResourcesAsync("line", 1, profile);
        }

        if (bytes == 1)
        {
            await service.StartAsync();
            return;
        }

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => service.StartAsync());
        Assert.That(exception!.Message, Does.Contain("needs 5 bytes ("));
    }

    [Test]
    public async Task The_memory_on_the_kind_of_this_machine_takes_precedence_over_other_kinds()
    {
        var service = CreateService();
        await service.RegisterAsync("2");
        await service.Registry.SetResourcesAsync("line", 1, new ResourceProfile { Machine = "other", Memory = 9 });
        var other = MemoryEstimate.Of(await service.Registry.GetVersionAsync("line", "1"));
        await service.Registry.SetResourcesAsync("line", 1, new ResourceProfile { Machine = ResourceProfile.CurrentMachine, Memory = 5 });

        var own = MemoryEstimate.Of(await service.Registry.GetVersionAsync("line", "1"));

        Assert.That(other, Is.EqualTo(new MemoryEstimate(9, "measured on other")));
        Assert.That(own, Is.EqualTo(new MemoryEstimate(5, $"measured on {ResourceProfile.CurrentMachine}")));
    }

    private static void Measure(ServedModelOptions options) => options.MeasureResources = true;

    private static IEnumerable<int> Logs(params Service[] services) =>
        services.SelectMany(static service => service.Logs.GetSnapshot()).Select(static log => log.Id.Id);

    private static ResourceProfile? Find(Service service, string model = "line") =>
        service.Registry.FindAsync(model).GetAwaiter().GetResult()!.Find(1)!.FindResources(ResourceProfile.CurrentMachine);

    private static async Task<ResourceProfile> WaitForProfileAsync(Service service)
    {
        await Until.IsTrueAsync(() => Find(service) is not null);
        return Find(service)!;
    }

    private static Task<int> CountAsync(Service service) => service.Registry.ReadHistoryAsync("line").OfType<ModelEvent>()
        .CountAsync(static change => change.Kind == ModelEventKind.Profiled).AsTask();

    private static void SetIncrease(Service service, long increase)
    {
        var memory = 0L;
        service.ReadMemory = _ => Interlocked.Add(ref memory, increase);
    }

    private async Task<Service> StartMeasuredAsync()
    {
        var service = CreateMeasured();
        await service.PromoteAsync("2");
        await service.StartAsync();
        return service;
    }

    /// <summary>Creates a service whose models take 1,000 bytes and 3 seconds.</summary>
    private Service CreateMeasured(Action<MlOpsBuilder>? build = null, params (string Key, string Value)[] settings)
    {
        var service = settings.Length > 0 && settings[0].Key.StartsWith("Models", StringComparison.Ordinal)
            ? CreateService(settings: settings)
            : CreateService(Measure, build, settings);
        SetIncrease(service, 1_000);
        service.Loader.Before = _ =>
        {
            service.Clock.Advance(s_loadTime);
            return Task.CompletedTask;
        };
        return service;
    }

    private sealed class ReadOnlyStore() : DelegatingStore(new InMemoryArtifactStore())
    {
        public bool IsReadOnly { get; set; }

        protected override Task BeforeAsync(StoreCall call, ArtifactPath? path) => IsReadOnly && call is StoreCall.Write or StoreCall.Delete
            ? throw new ArtifactAccessDeniedException(path, "The store is read-only.")
            : Task.CompletedTask;
    }
}
