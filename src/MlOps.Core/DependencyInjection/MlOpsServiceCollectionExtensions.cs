using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.DependencyInjection;
using MlOps.Maintenance;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;
using MlOps.Workflows;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds MlOps.Core to an application.</summary>
public static class MlOpsServiceCollectionExtensions
{
    /// <summary>Adds MlOps with settings from the host's configuration, if there is one; without any, artifacts go to the folder <c>mlops-data</c>.</summary>
    /// <remarks>May be called more than once, with one configuration: settings of an earlier one that the last one does not have stop the host's start. Opens
    /// no file and no connection.</remarks>
    /// <param name="services">The services to add to.</param>
    /// <returns>A builder to add providers to.</returns>
    public static MlOpsBuilder AddMlOps(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new MlOpsSettings(provider.GetService<IConfiguration>()));
        StorageRegistration.Add(services);
        ContentRegistration.AddSelected(services);
        MaintenanceRegistration.AddSelected(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MlOpsOptions>, MlOpsOptionsValidator>());
        services.TryAddSingleton<SettingsCheck>();
        SectionBinder<MlOpsOptions>.Add(services, "", static (section, options) => section.Bind(options));
        services.AddOptions<MlOpsOptions>().ValidateOnStart();
        ContentRegistration.AddCache(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartReport>()); // before models load
        MetricsRegistration.Add(services); // before all that records: hosted services stop in the reverse order
        DatasetsRegistration.AddSelected(services);
        RegistryRegistration.AddSelected(services);
        TrackingRegistration.AddSelected(services);
        WorkflowsRegistration.AddSelected(services);
        ServingRegistration.Add(services);

        var builder = new MlOpsBuilder(services);
        builder.AddLocalDiskStorage(LocalDiskStorageOptions.DefaultKey).AddInMemoryStorage(InMemoryArtifactStore.DefaultKey);
        ArtifactStoreSelector.AddOwn(services);
        return builder;
    }

    /// <summary>Adds MlOps with settings from the section <c>MlOps</c> of a configuration.</summary>
    /// <inheritdoc cref="AddMlOps(IServiceCollection)"/>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">The application's configuration: what has the section, not the section itself.</param>
    /// <exception cref="ArgumentException">The section <c>MlOps</c> itself was given.</exception>
    public static MlOpsBuilder AddMlOps(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration is IConfigurationSection { Key: var key } section
            && string.Equals(key, MlOpsOptions.SectionName, StringComparison.OrdinalIgnoreCase)
            && !section.GetSection(MlOpsOptions.SectionName).Exists())
        {
            throw new ArgumentException(
                $"This is the section '{section.Path}', in which nothing would be found. Give what has the section, as in services.AddMlOps(builder.Configuration).", nameof(configuration));
        }

        var earlier = services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<MlOpsSettings>().LastOrDefault();
        services.Replace(ServiceDescriptor.Singleton(new MlOpsSettings(configuration, earlier)));
        return services.AddMlOps();
    }

    /// <summary>Adds MlOps with settings from code, which win over the configuration's.</summary>
    /// <inheritdoc cref="AddMlOps(IServiceCollection)"/>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets the options.</param>
    public static MlOpsBuilder AddMlOps(this IServiceCollection services, Action<MlOpsOptions> configure)
    {
        var builder = services.AddMlOps();
        services.Configure(configure);
        return builder;
    }
}
