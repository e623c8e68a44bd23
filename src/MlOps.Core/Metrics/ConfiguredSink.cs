namespace MlOps.Metrics;

/// <summary>A sink that is enabled in the settings.</summary>
/// <param name="Name">The name of the sink in the settings.</param>
/// <param name="Sink">The sink. The pipeline disposes it.</param>
/// <param name="Options">The settings of the sink.</param>
/// <param name="AcceptsMeters">Whether the sink receives measurements of meters.</param>
internal sealed record ConfiguredSink(string Name, IMetricsSink Sink, MetricsSinkOptions Options, bool AcceptsMeters = true);
