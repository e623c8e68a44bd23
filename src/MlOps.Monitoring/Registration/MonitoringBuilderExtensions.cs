using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Monitoring;
using MlOps.Monitoring.Evaluation;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;
using MlOps.Serving;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the monitoring of served models.</summary>
public static class MonitoringBuilderExtensions
{
    /// <summary>Monitors all served models of the registry, and registers <see cref="IModelMonitor"/>.</summary>
    /// <remarks>
    /// The options are bound from the sections <c>MlOps:Monitoring</c> and <c>MlOps:Models:&lt;name&gt;:Monitoring</c>. The delivery of alerts has the section
    /// <c>MlOps:Alerts</c>. Repeated calls have no effect, except that their <paramref name="configure"/> runs.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options of all models in code. These take precedence over the sections.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddMonitoring(this MlOpsBuilder builder, Action<MonitoringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModelOptions<MonitoringOptions>(MonitoringOptions.SectionName, static (section, options) => section.Bind(options), configure);
        AlertsRegistration.Add(builder, static provider => provider.GetRequiredService<MonitoredModels>().Names);
        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MonitoringOptions>, MonitoringOptionsValidator>());
        services.TryAddSingleton(static provider => new MonitoredModels(
            new Lazy<IServedModels>(provider.GetRequiredService<IServedModels>),
            provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>(),
            provider.GetRequiredService<IOptionsMonitor<MonitoringOptions>>(),
            provider.GetRequiredService<ILogger<MonitoredModels>>()));
        services.TryAddSingleton<MonitoringInstance>();
        services.TryAddSingleton<MonitoringVerdicts>();
        AddCollection(services);
        AddEvaluation(services);
        services.TryAddSingleton<IModelMonitor, ModelMonitor>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MonitoringService>());
        return builder;
    }

    private static void AddCollection(IServiceCollection services)
    {
        services.TryAddSingleton(static provider => new PredictionLog(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<MonitoringInstance>().Id,
            model => provider.GetRequiredService<MonitoredModels>().Get(model).Log,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PredictionLog>>()));
        services.TryAddSingleton(static provider => new PredictionCollector(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<MonitoringInstance>(),
            version => provider.GetRequiredService<MonitoredModels>().Find(version)?.Windows,
            static version => ReadBaseline(version),
            [provider.GetRequiredService<PredictionLog>()],
            provider.GetRequiredService<MonitoringVerdicts>().Find,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PredictionCollector>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPredictionObserver, PredictionCollector>(
            static provider => provider.GetRequiredService<PredictionCollector>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PredictionCollector>(
            static provider => provider.GetRequiredService<PredictionCollector>()));
    }

    private static void AddEvaluation(IServiceCollection services)
    {
        services.TryAddSingleton<WindowStore>();
        services.TryAddSingleton<WindowMaintenance>();
        services.TryAddSingleton(static provider => new OutcomeStore(
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<MonitoringInstance>().Id,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PredictionLogReader>();
        services.TryAddSingleton<OutcomeReader>();
        services.TryAddSingleton<OutcomeCompaction>();
        services.TryAddSingleton<LogRetention>();
        services.TryAddSingleton(static provider =>
            new PredictionJoin(provider.GetRequiredService<PredictionLogReader>(), provider.GetRequiredService<OutcomeReader>()));
        services.TryAddSingleton<PredictionDatasets>();
        services.TryAddSingleton<PredictionLogExport>();
        services.TryAddSingleton<BaselineCache>();
        services.TryAddSingleton<QualityPass>();
        services.TryAddSingleton<EvaluationStore>();
        services.TryAddSingleton<WindowEvaluator>();
        services.TryAddSingleton<ReportBuilder>();
    }

    private static WindowBaseline ReadBaseline(LocalVersion version)
    {
        var file = Path.Combine(version.Folder, Baseline.FileName);
        if (!File.Exists(file))
        {
            return WindowBaseline.None;
        }

        var baseline = Baseline.Read(File.ReadAllBytes(file));
        return new WindowBaseline(baseline.Inputs, baseline.Outputs);
    }
}
