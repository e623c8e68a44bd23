using MlOps.Metrics;

namespace MlOps.Benchmarks.Metrics;

/// <summary>Takes points and does nothing with them.</summary>
internal sealed class NothingSink : IMetricsSink
{
    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
