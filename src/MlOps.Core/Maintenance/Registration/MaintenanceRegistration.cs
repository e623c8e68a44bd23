using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Registers store maintenance: a keyed singleton for each artifact store, and an unkeyed one for the selected store.</summary>
internal static class MaintenanceRegistration
{
    /// <summary>Adds the maintenance of the artifact store with a key.</summary>
    public static void Add(IServiceCollection services, string key) =>
        services.AddKeyedSingleton<IStoreMaintenance>(key, static (provider, key) => new StoreMaintenance(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetKeyedServices<IRecordKind>(key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StoreMaintenance>>()));

    /// <summary>Adds the maintenance of the selected artifact store.</summary>
    public static void AddSelected(IServiceCollection services) =>
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IStoreMaintenance>());
}
