namespace MlOps.Metrics;

/// <summary>A sink that the settings switched on.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Sink">The sink, which the pipeline disposes.</param>
/// <param name="Options">How it is called.</param>
/// <param name="TakesMeters">Whether it takes what meters measure.</param>
internal sealed record ConfiguredSink(string Name, IMetricsSink Sink, MetricsSinkOptions Options, bool TakesMeters = true);
