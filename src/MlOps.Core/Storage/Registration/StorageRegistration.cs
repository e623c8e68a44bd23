using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;

namespace MlOps.Storage;

/// <summary>Registers the selected artifact store as the unkeyed <see cref="IArtifactStore"/>.</summary>
internal static class StorageRegistration
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<ArtifactStoreSelector>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Select());
        services.AddSingleton(new OwnFilesSource(static provider => provider.GetServices<ArtifactStoreRegistration>()
            .Where(static store => store.Kind.Equals(typeof(LocalDiskStorageOptions)))
            .Select(store =>
                new OwnFiles(provider.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get(store.Key).Root, LocalDiskLayout.OwnNames))));
    }
}
