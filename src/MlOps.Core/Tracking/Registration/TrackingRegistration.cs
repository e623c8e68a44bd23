using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.DependencyInjection;
using MlOps.Metrics;
using MlOps.Records;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Registers experiment tracking: a keyed singleton for each artifact store, and unkeyed services for the selected
/// store.</summary>
internal static class TrackingRegistration
{
    /// <summary>Adds the tracking services of one store.</summary>
    public static void Add(IServiceCollection services, string key)
    {
        services.AddKeyedSingleton(key, static (provider, key) => new ExperimentRecords(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredService<IOptions<MlOpsOptions>>().Value.EffectiveActor,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ExperimentTracker>>()));
        services.AddKeyedSingleton(key, static (provider, key) => new RunRecords(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredService<IOptions<MlOpsOptions>>().Value.EffectiveActor,
            provider.GetRequiredService<TimeProvider>(),
            new BackgroundLogger(provider.GetRequiredService<ILogger<ExperimentTracker>>())));
        services.AddKeyedSingleton(key, static (provider, key) => new TrackingContext(
            provider.GetRequiredKeyedService<IArtifactStore>(key),
            provider.GetRequiredKeyedService<ContentStore>(key),
            provider.GetRequiredKeyedService<RunRecords>(key),
            provider.GetRequiredKeyedService<IModelRegistry>(key),
            provider.GetRequiredService<MetricsPipeline>(),
            provider.GetRequiredService<IOptions<TrackingOptions>>().Value,
            new RunLocator(
                provider.GetRequiredKeyedService<IArtifactStore>(key),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<ExperimentTracker>>()),
            provider.GetRequiredService<ActiveRuns>(),
            provider.GetRequiredService<TimeProvider>(),
            new BackgroundLogger(provider.GetRequiredService<ILogger<ExperimentTracker>>())));
        services.AddKeyedSingleton(key, static (provider, key) => new ExperimentStore(provider.GetRequiredKeyedService<ExperimentRecords>(key)));
        services.AddKeyedSingleton(key, static (provider, key) => new ExperimentTracker(
            provider.GetRequiredKeyedService<TrackingContext>(key),
            provider.GetRequiredKeyedService<ExperimentStore>(key),
            provider.GetRequiredService<EnvironmentCapture>()));
        services.AddKeyedSingleton<IExperimentStore>(key, static (provider, key) => provider.GetRequiredKeyedService<ExperimentStore>(key));
        services.AddKeyedSingleton<IExperimentTracker>(key, static (provider, key) => provider.GetRequiredKeyedService<ExperimentTracker>(key));
        services.AddKeyedSingleton<IRunReproducer>(key, static (provider, key) => new RunReproducer(
            provider.GetRequiredKeyedService<IExperimentTracker>(key),
            provider.GetRequiredKeyedService<IDatasetStore>(key),
            provider.GetRequiredService<EnvironmentCapture>()));
        services.AddKeyedSingleton<IRecordKind>(key, static (provider, key) => provider.GetRequiredKeyedService<ExperimentRecords>(key));
        services.AddKeyedSingleton<IRecordKind>(key, static (provider, key) => provider.GetRequiredKeyedService<RunRecords>(key));
    }

    /// <summary>Adds the tracking services of the selected store, and the services that all stores share.</summary>
    public static void AddSelected(IServiceCollection services)
    {
        SectionBinder<TrackingOptions>.Add(services, TrackingOptions.SectionName, static (section, options) => section.Bind(options));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TrackingOptions>, TrackingOptionsValidator>());
        services.TryAddSingleton(static provider => new ActiveRuns(
            provider.GetRequiredService<IOptions<MetricsOptions>>().Value.ShutdownTimeout, provider.GetRequiredService<ILogger<ExperimentTracker>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TrackingHostedService>());
        services.TryAddSingleton(static provider => new EnvironmentCapture(
            provider.GetRequiredService<IOptions<TrackingOptions>>().Value,
            provider.GetRequiredService<MlOpsSettings>().Configuration,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EnvironmentCapture>>(),
            () => OwnFilesSource.FindAll(provider)));
        services.AddSingleton(new OwnFilesSource(static provider =>
        [
            new(
                provider.GetRequiredService<IOptions<TrackingOptions>>().Value.SpoolFolder ?? DefaultSpoolFolder.FullPath,
                DefaultSpoolFolder.OwnNames),
        ]));
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IExperimentTracker>());
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IExperimentStore>());
        services.TryAddSingleton(static provider => provider.GetRequiredService<ArtifactStoreSelector>().Get<IRunReproducer>());
    }
}
