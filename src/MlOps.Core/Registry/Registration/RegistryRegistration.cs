using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.DependencyInjection;
using MlOps.Models;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>Registers the model registry: a keyed singleton for each artifact store, and an unkeyed one for the selected store.</summary>
internal static class RegistryRegistration
{
    /// <summary>Adds the model registry of the artifact store with a key.</summary>
    public static void Add(IServiceCollection services, string key)
    {
        services.AddKeyedSingleton(key, static (provider, key) => new ModelRecords(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredService<IOptions<MlOpsOptions>>().Value.EffectiveActor,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelRegistry>>()));
        services.AddKeyedSingleton<IModelRegistry>(key, static (provider, key) => new ModelRegistry(
            provider.GetRequiredKeyedService<ModelRecords>(key),
            provider.GetRequiredKeyedService<DatasetRecords>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredService<IOptions<RegistryOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelRegistry>>()));
        services.AddKeyedSingleton<IDatasetDependents>(key, static (provider, key) => provider.GetRequiredKeyedService<ModelRecords>(key));
        services.AddKeyedSingleton<IRecordKind>(key, static (provider, key) => provider.GetRequiredKeyedService<ModelRecords>(key));
    }

    /// <summary>Adds the model registry of the selected artifact store, and the shared options.</summary>
    public static void AddSelected(IServiceCollection services)
    {
        SectionBinder<RegistryOptions>.Add(services, "Registry", static (section, options) => section.Bind(options));
        services.AddOptions<RegistryOptions>().Configure<IServiceProvider>(static (options, provider) =>
            options.LoaderFormats = () => provider.GetServices<IModelLoader>().Select(static loader => loader.Format));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RegistryOptions>, RegistryOptionsValidator>());
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IModelRegistry>());
    }
}
