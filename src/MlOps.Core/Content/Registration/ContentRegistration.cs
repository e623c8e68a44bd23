using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Registers the content store of each artifact store, and the content cache that all of them share.</summary>
internal static class ContentRegistration
{
    /// <summary>Adds the content store of the artifact store with a key.</summary>
    public static void Add(IServiceCollection services, string key) =>
        services.AddKeyedSingleton(key, static (provider, key) => new ContentStore(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<ContentCacheOptions>>().Value.Folder is null ? null : provider.GetRequiredService<ContentCache>()));

    /// <summary>Adds the content store of the selected artifact store.</summary>
    public static void AddSelected(IServiceCollection services) =>
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<ContentStore>());

    /// <summary>Adds the content cache and its options.</summary>
    public static void AddCache(IServiceCollection services)
    {
        SectionBinder<ContentCacheOptions>.Add(services, ContentCacheOptions.SectionName, static (section, options) => section.Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ContentCacheOptions>, ContentCacheOptionsValidator>());
        services.TryAddSingleton(static provider => new ContentCache(
            provider.GetRequiredService<IOptions<ContentCacheOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ContentCache>>()));
        services.AddSingleton(new OwnFilesSource(static provider =>
            provider.GetRequiredService<IOptions<ContentCacheOptions>>().Value.Folder is { } folder ? [new(folder, CacheFolder.OwnNames)] : []));
    }
}
