using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>A service that serves the model <c>line</c>, with a store that can be made unavailable and a manual clock.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Service(TemporaryFolder folder, PluggableStore store, Action<ServedModelOptions>? configure = null, Action<MlOpsBuilder>? build = null,
        params (string Key, string Value)[] settings)
    {
        Store = store;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Append(("Storage:Provider", "Mine")).Append(("Serving:CacheFolder", Path.Combine(folder.Path, "cache")))
                .Select(static pair => KeyValuePair.Create($"MlOps:{pair.Item1}", (string?)pair.Item2)))
            .Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(new MemoryMeter(isExact => ReadMemory(isExact)));
        services.ConfigureAll<ServedModelOptions>(static options => options.MeasureResources = false); // the background writes would disturb most tests
        services.AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(Logs)));
        services.AddHealthChecks().AddMlOpsModels();
        var builder = services.AddMlOps(configuration).AddArtifactStore("Mine", _ => store).AddModelLoader<LineLoader>();
        if (build is null)
        {
            builder.AddModel<Point, Answer>("line", configure);
        }
        else
        {
            build(builder);
        }

        _services = services.BuildServiceProvider();
        Loader = (LineLoader)_services.GetRequiredService<MlOps.Models.IModelLoader>();
    }

    public PluggableStore Store { get; }

    public FakeTimeProvider Clock { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    /// <summary>Gets or sets the function that reads the memory of the process: exactly or approximately.</summary>
    public Func<bool, long> ReadMemory { get; set; } = static _ => 0;

    public IServiceProvider Services => _services;

    public IModel<Point, Answer> Model => _services.GetRequiredService<IModel<Point, Answer>>();

    public IModelRegistry Registry => _services.GetRequiredService<IModelRegistry>();

    public LineLoader Loader { get; }

    public async Task StartAsync()
    {
        foreach (var host in _services.GetServices<IHostedService>())
        {
            await host.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>Registers a version of the model with a slope, and moves the alias to it.</summary>
    public async Task<ModelVersion> PromoteAsync(string slope, string model = "line", params GoldenExample[] examples)
    {
        var version = await RegisterAsync(slope, model, examples);
        await Registry.SetAliasAsync(model, "production", version.Number);
        return version;
    }

    public async Task<ModelVersion> RegisterAsync(string slope, string model = "line", params GoldenExample[] examples)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "slope.txt");
        await File.WriteAllTextAsync(file, slope);
        return await Registry.RegisterAsync(model, new ModelRegistration { Format = "line", Files = [file], Signature = Line.Signature, Examples = examples });
    }

    public static GoldenExample Example(float x, float y) =>
        new() { Inputs = new JsonObject { ["x"] = x }, Outputs = new JsonObject { ["y"] = y } };

    /// <summary>Advances the clock by one poll of the registry, and waits for its effect.</summary>
    /// <remarks>
    /// If the clock advances before the updater waits for it, the updater waits for the next interval. Therefore the clock is advanced again if nothing
    /// happens for some time.
    /// </remarks>
    public async Task PollAsync(Func<ModelStatus, bool> until)
    {
        Clock.Advance(TimeSpan.FromSeconds(5));
        var advanced = TimeProvider.System.GetTimestamp();
        await Until.IsTrueAsync(() => until(Model.Status), () =>
        {
            if (TimeProvider.System.GetElapsedTime(advanced) > TimeSpan.FromSeconds(10))
            {
                Clock.Advance(TimeSpan.FromSeconds(5));
                advanced = TimeProvider.System.GetTimestamp();
            }
        });
    }

    public Task WaitAsync(Func<ModelStatus, bool> until) => Until.IsTrueAsync(() => until(Model.Status));

    /// <summary>Waits until all models except the current ones are disposed in the background.</summary>
    public Task WaitForDisposalsAsync(int live) => Until.IsTrueAsync(() => Loader.Models.Count(static model => model.Disposals == 0) == live);

    public Task<HealthReport> CheckHealthAsync() => _services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    public override string ToString() =>
        string.Join(", ", Model.Status.Versions.Select(static version => string.Create(CultureInfo.InvariantCulture, $"{version.Number} {version.State}")));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
