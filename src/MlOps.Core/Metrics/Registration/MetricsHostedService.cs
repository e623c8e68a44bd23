using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MlOps.Metrics;

/// <summary>Creates the metrics pipeline when the host starts, and flushes it when the host stops. Disposal of the container delivers later points.</summary>
/// <remarks>
/// The constructor does not create the pipeline, because the host constructs hosted services before it validates the settings. If the constructor
/// failed because of the settings of metrics, the faults of other settings would not be reported.
/// </remarks>
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
