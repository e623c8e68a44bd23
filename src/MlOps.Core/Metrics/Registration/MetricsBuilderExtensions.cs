using MlOps.Metrics;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers metrics sink types and configures metrics in code.</summary>
public static class MetricsBuilderExtensions
{
    /// <summary>Registers a type of metrics sink.</summary>
    /// <remarks>
    /// The section <c>MlOps:Metrics:Sinks:&lt;type&gt;</c> enables the sink. To use another section name, set <see cref="MetricsSinkOptions.Type"/> in it.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The name of the type, such as <c>Statsd</c>.</param>
    /// <param name="create">Creates the sink with a name, whose settings are in <c>MlOps:Metrics:Sinks:&lt;name&gt;</c>. The pipeline disposes the sink
    /// after its last batch. Additional settings in that section are not validated.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or registered with another <paramref name="create"/>.</exception>
    public static MlOpsBuilder AddMetricsSink(this MlOpsBuilder builder, string type, Func<IServiceProvider, string, IMetricsSink> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentNullException.ThrowIfNull(create);
        var types = builder.Services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance);
        if (types.OfType<MetricsSinkType>().FirstOrDefault(other => other.HasName(type)) is { } registered)
        {
            if (registered.Create.Equals(create))
            {
                return builder;
            }

            throw new ArgumentException($"A metrics sink type with the name '{type}' is already registered. Use another name.", nameof(type));
        }

        builder.Services.AddSingleton(new MetricsSinkType(type, create, static (_, _) => { }, Shape: null));
        return builder;
    }

    /// <summary>
    /// Sets metrics options in code. These take precedence over the section <c>MlOps:Metrics</c>. To enable a sink, add it to
    /// <see cref="MetricsOptions.Sinks"/>.
    /// </summary>
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
