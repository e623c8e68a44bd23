using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Alerts.Delivery;
using MlOps.Registry;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the recording and the delivery of alerts.</summary>
internal static class AlertsRegistration
{
    /// <summary>Registers <see cref="AlertRecorder"/>, <see cref="AlertDelivery"/> as a hosted service, and the log sink.</summary>
    /// <remarks>Repeated calls have no effect.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="models">Gets the names of the monitored models in the registry.</param>
    public static void Add(MlOpsBuilder builder, Func<IServiceProvider, IReadOnlyCollection<string>> models)
    {
        builder.AddOptions<AlertDeliveryOptions>("Alerts", static (section, options) => section.Bind(options));
        var services = builder.Services;
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertDeliveryOptions>, AlertDeliveryOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertSink, LogAlertSink>());
        services.TryAddSingleton<AlertRecorder>();
        services.TryAddSingleton(static provider => new AlertDispatcher(
            provider.GetRequiredService<IModelRegistry>(),
            provider.GetRequiredService<IArtifactStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertDispatcher>>()));
        services.TryAddSingleton(provider => Create(provider, models));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AlertDelivery>(
            static provider => provider.GetRequiredService<AlertDelivery>()));
    }

    private static AlertDelivery Create(IServiceProvider provider, Func<IServiceProvider, IReadOnlyCollection<string>> models)
    {
        _ = provider.GetRequiredService<IOptions<MlOpsOptions>>().Value; // Validates the settings of all parts.
        var options = provider.GetRequiredService<IOptions<AlertDeliveryOptions>>().Value;
        var timeProvider = provider.GetRequiredService<TimeProvider>();
        var client = WebhookSink.CreateClient();
        return new AlertDelivery(
            provider.GetRequiredService<AlertDispatcher>(),
            [
                .. provider.GetServices<IAlertSink>().Select(static sink => new AlertSinkAdapter(sink)),
                .. options.Webhooks.Select(webhook => new WebhookSink(webhook.Key, webhook.Value, client, timeProvider)),
            ],
            () => models(provider),
            options,
            timeProvider,
            provider.GetRequiredService<ILogger<AlertDelivery>>());
    }
}
