using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;

namespace MlOps.DependencyInjection;

/// <summary>Registers the cache of content and its options, section <c>MlOps:Content:Cache</c>.</summary>
internal static class ContentCacheRegistration
{
    public static void Add(IServiceCollection services)
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
