using Microsoft.Extensions.Hosting;
using MlOps.Metrics;

namespace MlOps.DependencyInjection;

/// <summary>Opens the sinks when the host starts, and has them take what was recorded when it stops. What is recorded after that is taken when the container is disposed.</summary>
internal sealed class MetricsHost(MetricsPipeline pipeline) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => pipeline.FlushForShutdownAsync(cancellationToken);
}
