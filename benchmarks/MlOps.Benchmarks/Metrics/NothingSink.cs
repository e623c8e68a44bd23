using MlOps.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>A sink that discards points.</summary>
internal sealed class NothingSink : IMetricsSink
{
    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
