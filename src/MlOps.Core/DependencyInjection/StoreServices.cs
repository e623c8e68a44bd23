using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Maintenance;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Registers what is made of an artifact store: a keyed singleton for each store, and without a key the one of the selected store.</summary>
internal static class StoreServices
{
    /// <summary>Adds the services of the store with a key.</summary>
    /// <remarks>Each kind of record is a keyed <see cref="IRecordKind"/> here too: content of a kind that is left out would be garbage.</remarks>
    public static void Add(IServiceCollection services, string key)
    {
        services.AddKeyedSingleton(key, static (provider, key) => new ContentStore(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<ContentCacheOptions>>().Value.Folder is null ? null : provider.GetRequiredService<ContentCache>()));
        services.AddKeyedSingleton<IStoreMaintenance>(key, static (provider, key) => new StoreMaintenance(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetKeyedServices<IRecordKind>(key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StoreMaintenance>>()));
    }

    /// <summary>Adds the services of the selected store.</summary>
    public static void AddSelected(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Select());
        AddSelected<ContentStore>(services);
        AddSelected<IStoreMaintenance>(services);
        services.AddSingleton(new OwnFilesSource(static provider => provider.GetServices<ArtifactStoreRegistration>()
            .Where(static store => store.Kind.Equals(typeof(LocalDiskStorageOptions)))
            .Select(store => new OwnFiles(provider.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get(store.Key).Root, LocalDiskLayout.OwnNames))));
    }

    private static void AddSelected<TService>(IServiceCollection services)
        where TService : class =>
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<TService>());
}
