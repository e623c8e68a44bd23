using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MlOps.Metrics;

/// <summary>Opens the sinks when the host starts, and has them take what was recorded when it stops. What is recorded after that is taken when the container is disposed.</summary>
/// <remarks>Not before: hosts make their services first and validate all settings then, of which a pipeline made too early would report only its own.</remarks>
internal sealed class MetricsHostedService(IServiceProvider services) : IHostedService
{
    private MetricsPipeline? _pipeline;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pipeline = services.GetRequiredService<MetricsPipeline>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _pipeline?.FlushForShutdownAsync(cancellationToken) ?? Task.CompletedTask;
}
