using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Monitoring;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Alerts.Delivery;
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
        builder.AddOptions<AlertDeliveryOptions>("Alerts", static (section, options) => section.Bind(options));
        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MonitoringOptions>, MonitoringOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertDeliveryOptions>, AlertDeliveryOptionsValidator>());
        services.TryAddSingleton(static provider => new MonitoredModels(
            new Lazy<IServedModels>(provider.GetRequiredService<IServedModels>),
            provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>(),
            provider.GetRequiredService<IOptionsMonitor<MonitoringOptions>>(),
            provider.GetRequiredService<ILogger<MonitoredModels>>()));
        services.TryAddSingleton<MonitoringInstance>();
        services.TryAddSingleton<MonitoringVerdicts>();
        AddCollection(services);
        AddEvaluation(services);
        AddAlerts(services);
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
            provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PredictionCollector>>()));
        services.AddSingleton<IPredictionObserver>(static provider => provider.GetRequiredService<PredictionCollector>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<PredictionCollector>());
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
        services.TryAddSingleton<BaselineCache>();
        services.TryAddSingleton<QualityPass>();
        services.TryAddSingleton<EvaluationStore>();
        services.TryAddSingleton<WindowEvaluator>();
        services.TryAddSingleton<ReportBuilder>();
    }

    private static void AddAlerts(IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertSink, LogAlertSink>());
        services.TryAddSingleton<AlertRecorder>();
        services.TryAddSingleton<AlertDispatcher>();
        services.TryAddSingleton(static provider => CreateDelivery(provider));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<AlertDelivery>());
    }

    private static AlertDelivery CreateDelivery(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<AlertDeliveryOptions>>().Value;
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        return new AlertDelivery(
            provider.GetRequiredService<AlertDispatcher>(),
            [
                .. provider.GetServices<IAlertSink>().Select(static sink => new AlertSinkAdapter(sink)),
                .. options.Webhooks.Select(webhook => new WebhookSink(webhook.Key, webhook.Value, WebhookSink.CreateClient(), timeProvider)),
            ],
            () => provider.GetRequiredService<MonitoredModels>().Names,
            options,
            timeProvider,
            provider.GetRequiredService<ILogger<AlertDelivery>>());
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
