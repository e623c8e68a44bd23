using MlOps.Metrics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers types of metrics sinks, and sets options of metrics in code.</summary>
public static class MetricsBuilderExtensions
{
    /// <summary>Registers a type of metrics sink, which settings switch on by its name: <c>MlOps:Metrics:Sinks:&lt;type&gt;</c>, or any name with <see cref="MetricsSinkOptions.Type"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The name of the type, such as <c>Statsd</c>.</param>
    /// <param name="create">Makes the sink of a name, whose settings are in <c>MlOps:Metrics:Sinks:&lt;name&gt;</c>. The sink is disposed after its last batch.
    /// Settings of its own in that section are not checked.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered by a call with another <paramref name="create"/>.</exception>
    public static MlOpsBuilder AddMetricsSink(this MlOpsBuilder builder, string type, Func<IServiceProvider, string, IMetricsSink> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(create);
        if (builder.Services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<MetricsSinkType>().FirstOrDefault(other => other.HasName(type)) is { } registered)
        {
            if (registered.Create.Equals(create))
            {
                return builder;
            }

            throw new ArgumentException($"A type of metrics sinks with the name '{type}' is registered already. Give the second one a name of its own.", nameof(type));
        }

        builder.Services.AddSingleton(new MetricsSinkType(type, create, static (_, _) => { }, Shape: null));
        return builder;
    }

    /// <summary>Sets options of metrics in code, which win over the section <c>MlOps:Metrics</c>. A sink is switched on by adding it to <see cref="MetricsOptions.Sinks"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder ConfigureMetrics(this MlOpsBuilder builder, Action<MetricsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(configure);
        return builder;
    }
}
