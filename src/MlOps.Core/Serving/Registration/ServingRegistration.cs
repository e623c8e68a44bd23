using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Documents;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Registers the services that all served models share.</summary>
internal static class ServingRegistration
{
    public static void Add(IServiceCollection services)
    {
        SectionBinder<ServingOptions>.Add(services, ServingOptions.SectionName, static (section, options) => section.Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServingOptions>, ServingOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServedModelOptions>, ServedModelOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelHostedService>());
        services.TryAddSingleton<InputViolationCounter>();
        services.TryAddSingleton(static provider =>
            new ModelMemoryBudget(provider.GetRequiredService<IOptions<ServingOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new ModelInstruments(
            provider.GetRequiredService<IMeterFactory>(),
            () => provider.GetRequiredService<ServedModels>().All.Select(static model => model.Status)));
        services.TryAddSingleton(static provider => new ServingRuntime(
            new Lazy<IModelRegistry>(provider.GetRequiredService<IModelRegistry>),
            new Lazy<StoreMarker>(() => StoreMarker.Of(provider.GetRequiredService<IArtifactStore>())),
            new ModelLoaders(provider.GetServices<IModelLoader>()),
            provider.GetRequiredService<IOptions<ServingOptions>>().Value,
            provider.GetRequiredService<ModelMemoryBudget>(),
            provider.GetRequiredService<ModelInstruments>(),
            new PredictionObservers(provider.GetServices<IPredictionObserver>(), provider.GetRequiredService<IMeterFactory>()),
            provider.GetRequiredService<MemoryMeter>(),
            provider.GetRequiredService<ResourceRecorder>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(static _ => new MemoryMeter(MemoryMeter.ReadProcess));
        services.TryAddSingleton(static provider => new ResourceRecorder(
            new Lazy<IModelRegistry>(provider.GetRequiredService<IModelRegistry>), provider.GetRequiredService<ILogger<ResourceRecorder>>()));
        services.TryAddSingleton<IResourceMeter>(static provider => new ResourceMeter(
            provider.GetRequiredService<ServingRuntime>(), provider.GetRequiredService<ServedModels>()));
        services.TryAddSingleton<ServedModels>();
        services.TryAddSingleton<IServedModels>(static provider => provider.GetRequiredService<ServedModels>());
        services.AddSingleton(new OwnFilesSource(FindOwnFiles));
    }

    /// <summary>Finds the cache folders of all models, including those of other programs that use the same cache folder.</summary>
    private static IEnumerable<OwnFiles> FindOwnFiles(IServiceProvider provider)
    {
        var shared = provider.GetRequiredService<IOptions<ServingOptions>>().Value.CacheFolder;
        var folders = Directory.Exists(shared) ? Directory.EnumerateDirectories(shared) : [];
        var options = provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>();
        return provider.GetServices<ServedModelRegistration>()
            .Select(model => Path.Combine(options.Get(model.Name).CacheFolder ?? shared, model.Name))
            .Concat(folders)
            .Select(static folder => new OwnFiles(folder, VersionFolders.OwnNames));
    }
}
