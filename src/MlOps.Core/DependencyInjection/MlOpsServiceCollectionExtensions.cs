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

/// <summary>Adds MlOps.Core to a service collection.</summary>
public static class MlOpsServiceCollectionExtensions
{
    /// <summary>Adds MlOps with settings from the section <c>MlOps</c> of the host's configuration.</summary>
    /// <remarks>
    /// Without settings, artifacts are stored in the folder <c>mlops-data</c>. The method opens no file and no connection. It may be called more than
    /// once with the same configuration. If a later call passes another configuration that lacks settings of the earlier one, the host does not start.
    /// </remarks>
    /// <param name="services">The service collection.</param>
    /// <returns>A builder to register providers and models.</returns>
    /// <example>
    /// <code>
    /// var builder = Host.CreateApplicationBuilder(args);
    /// builder.Services.AddMlOps(builder.Configuration);
    /// using var host = builder.Build();
    /// var registry = host.Services.GetRequiredService&lt;IModelRegistry&gt;();
    /// </code>
    /// </example>
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
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StartReport>()); // before models are loaded
        MetricsRegistration.Add(services); // before all services that record, because hosted services stop in reverse order
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
    /// <param name="services">The service collection.</param>
    /// <param name="configuration">The configuration that contains the section <c>MlOps</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="configuration"/> is the section <c>MlOps</c> itself.</exception>
    public static MlOpsBuilder AddMlOps(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration is IConfigurationSection { Key: var key } section
            && string.Equals(key, MlOpsOptions.SectionName, StringComparison.OrdinalIgnoreCase)
            && !section.GetSection(MlOpsOptions.SectionName).Exists())
        {
            throw new ArgumentException(
                $"The configuration is the section '{section.Path}' itself. "
                + "Pass the configuration that contains it, as in services.AddMlOps(builder.Configuration).",
                nameof(configuration));
        }

        var earlier = services.Where(static service => !service.IsKeyedService)
            .Select(static service => service.ImplementationInstance).OfType<MlOpsSettings>().LastOrDefault();
        services.Replace(ServiceDescriptor.Singleton(new MlOpsSettings(configuration, earlier)));
        return services.AddMlOps();
    }

    /// <summary>Adds MlOps with settings from code. These take precedence over the host's configuration.</summary>
    /// <inheritdoc cref="AddMlOps(IServiceCollection)"/>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options.</param>
    public static MlOpsBuilder AddMlOps(this IServiceCollection services, Action<MlOpsOptions> configure)
    {
        var builder = services.AddMlOps();
        services.Configure(configure);
        return builder;
    }
}
