namespace MlOps.Metrics;

/// <summary>The settings of a metrics sink of type <c>Meter</c>, in the section of the sink.</summary>
/// <remarks>The settings are read once, when the sink is created. Changes take effect after a restart.</remarks>
public sealed class MeterSinkOptions
{
    /// <summary>Gets or sets the maximum number of series, by name and tags, that the meter publishes.</summary>
    /// <remarks>Further series are combined into one for each name, with the tag <c>otel.metric.overflow</c>.</remarks>
    /// <value>The default is 2,000. The range is 1 to 1,000,000.</value>
    public int MaxSeries { get; set; } = 2_000;
}
