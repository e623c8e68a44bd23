using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MlOps.Tracking;

/// <summary>Delivers the metrics of the active runs when the host begins to stop, and ends the runs as interrupted after all hosted
/// services have stopped.</summary>
/// <remarks>Hosted services can end their own runs while they stop.</remarks>
internal sealed class TrackingHostedService(IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => services.GetRequiredService<ActiveRuns>().DeliverAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => services.GetRequiredService<ActiveRuns>().InterruptAsync();
}
