using Microsoft.Extensions.DependencyInjection;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Records;
using MlOps.Registry;
using MlOps.Tracking;
using MlOps.Workflows;

namespace MlOps.DependencyInjection;

/// <summary>Registers the services that each capability provides for one artifact store, as keyed singletons with the key of the store.</summary>
/// <remarks>
/// Each record kind must be a keyed <see cref="IRecordKind"/> too. Garbage collection deletes content that no registered kind references.
/// </remarks>
internal static class KeyedStoreRegistration
{
    /// <summary>Adds the services of the store with a key.</summary>
    public static void Add(IServiceCollection services, string key)
    {
        ContentRegistration.Add(services, key);
        MaintenanceRegistration.Add(services, key);
        DatasetsRegistration.Add(services, key);
        RegistryRegistration.Add(services, key);
        TrackingRegistration.Add(services, key);
        WorkflowsRegistration.Add(services, key);
    }
}
