using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MlOps.Monitoring.Alerts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers receivers of alerts in code.</summary>
public static class AlertsBuilderExtensions
{
    /// <summary>Registers a sink that receives the alerts of the monitored models.</summary>
    /// <remarks>The sink is a singleton. A new sink receives the alerts that are raised after its first start. Repeated calls have no effect.</remarks>
    /// <typeparam name="TSink">The type of the sink.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder AddAlertSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this MlOpsBuilder builder)
        where TSink : class, IAlertSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IAlertSink, TSink>());
        return builder;
    }
}
