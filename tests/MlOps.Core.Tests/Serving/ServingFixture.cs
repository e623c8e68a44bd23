using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>A fixture with a separate store and separate services for each test.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ServingFixture : IAsyncDisposable
{
    private readonly List<Service> _services = [];

    internal PluggableStore Store { get; set; } = new();

    internal TemporaryFolder Folder { get; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Service CreateService(
        Action<ServedModelOptions>? configure = null, Action<Microsoft.Extensions.DependencyInjection.MlOpsBuilder>? build = null,
            params (string Key, string Value)[] settings)
    {
        var service = new Service(Folder, Store, configure, build, settings);
        _services.Add(service);
        return service;
    }

    /// <summary>Starts a service whose model has the slope 2.</summary>
    internal async Task<Service> StartServiceAsync(Action<ServedModelOptions>? configure = null)
    {
        var service = CreateService(configure);
        await service.PromoteAsync("2");
        await service.StartAsync();
        return service;
    }
}
