namespace MlOps.Metrics;

/// <summary>The settings of a metrics sink of the type <c>Meter</c>, in its section.</summary>
/// <remarks>Read once, when the sink is made; a change takes effect after a restart.</remarks>
public sealed class MeterSinkOptions
{
    /// <summary>Gets or sets how many series, told apart by name and tags, the meter shows; all others become one for each name, with the tag <c>otel.metric.overflow</c>.</summary>
    /// <value>The default is 2,000; 1 to 1,000,000.</value>
    public int MaxSeries { get; set; } = 2_000;
}
