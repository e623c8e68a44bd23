using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Registers the dataset store: a keyed singleton for each artifact store, and an unkeyed one for the selected store.</summary>
internal static class DatasetsRegistration
{
    /// <summary>Adds the dataset store of the artifact store with a key.</summary>
    public static void Add(IServiceCollection services, string key)
    {
        services.AddKeyedSingleton(key, static (provider, key) => new DatasetManifestReader(provider.GetRequiredKeyedService<ContentStore>(key)));
        services.AddKeyedSingleton(key, static (provider, key) => new DatasetRecords(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<DatasetManifestReader>(key),
            provider.GetRequiredService<IOptions<MlOpsOptions>>().Value.EffectiveActor,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DatasetStore>>()));
        services.AddKeyedSingleton<IDatasetStore>(key, static (provider, key) => new DatasetStore(
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredKeyedService<DatasetRecords>(key),
            provider.GetRequiredKeyedService<DatasetManifestReader>(key),
            provider.GetRequiredService<TableProfiler>(),
            provider.GetRequiredKeyedService<IDatasetDependents>(key),
            provider.GetRequiredService<ILogger<DatasetStore>>()));
        services.AddKeyedSingleton<IRecordKind>(key, static (provider, key) => provider.GetRequiredKeyedService<DatasetRecords>(key));
    }

    /// <summary>Adds the dataset store of the selected artifact store, and the shared services.</summary>
    public static void AddSelected(IServiceCollection services)
    {
        services.TryAddSingleton<TableProfiler>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IDatasetStore>());
    }
}
