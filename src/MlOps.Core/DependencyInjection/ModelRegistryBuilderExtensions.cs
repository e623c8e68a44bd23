using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.DependencyInjection;
using MlOps.Registry;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up the model registries that <c>AddMlOps</c> registers: one for each store, under its key, and the selected store's as <see cref="IModelRegistry"/>.</summary>
public static class ModelRegistryBuilderExtensions
{
    /// <summary>Sets options of the model registries in code, which win over the section <c>MlOps:Registry</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options, such as the gates of aliases.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder ConfigureRegistry(this MlOpsBuilder builder, Action<RegistryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Registers the registry of the selected store and the options of all.</summary>
    internal static void AddModelRegistry(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RegistryOptions>, RegistryOptionsBinder>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RegistryOptions>, RegistryOptionsValidator>());
        services.TryAddSingleton(static provider => provider.GetRequiredKeyedService<IModelRegistry>(provider.GetRequiredService<ArtifactStoreSelector>().Key));
    }

    /// <summary>Registers the registry of one store.</summary>
    internal static void AddModelRegistry(this IServiceCollection services, string key)
    {
        services.AddKeyedSingleton<IModelRegistry>(key, static (provider, key) => new ModelRegistry(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredService<IOptions<RegistryOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelRegistry>>()));
        services.AddKeyedSingleton<IContentRoots>(key, static (provider, key) => new ModelContentRoots(
            provider.GetRequiredKeyedService<IArtifactStore>(key), provider.GetRequiredKeyedService<ContentStore>(key), provider.GetRequiredService<TimeProvider>()));
    }
}
