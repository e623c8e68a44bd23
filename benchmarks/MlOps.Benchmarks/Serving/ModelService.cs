using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;

namespace MlOps.Benchmarks.Serving;

/// <summary>A service with an in-memory store that serves models like an application.</summary>
internal sealed class ModelService : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public ModelService(string folder, Action<MlOpsBuilder> build, long? memoryBudget = null)
    {
        var settings = new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "Memory" };
        var builder = new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).ConfigureServing(options =>
        {
            options.CacheFolder = Path.Combine(folder, $"cache-{Guid.NewGuid():N}");
            options.MemoryBudget = memoryBudget;
        });
        build(builder);
        _services = builder.Services.BuildServiceProvider();
    }

    public IModelRegistry Registry => _services.GetRequiredService<IModelRegistry>();

    public IServiceProvider Services => _services;

    public IModel<TInput, TOutput> Get<TInput, TOutput>(string name)
        where TInput : class
        where TOutput : class =>
        _services.GetRequiredKeyedService<IModel<TInput, TOutput>>(name);

    public async Task<int> RegisterAsync(string name, string format, string file, ModelSignature? signature = null)
    {
        var version = await Registry.RegisterAsync(name, new ModelRegistration { Format = format, Files = [file], Signature = signature });
        return version.Number;
    }

    public async Task PromoteAsync(string name, string format, string file, ModelSignature? signature = null) =>
        await Registry.SetAliasAsync(name, "production", await RegisterAsync(name, format, file, signature));

    public async Task StartAsync()
    {
        foreach (var host in _services.GetServices<IHostedService>())
        {
            await host.StartAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
