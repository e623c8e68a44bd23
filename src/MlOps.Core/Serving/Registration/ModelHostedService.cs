using Microsoft.Extensions.Hosting;

namespace MlOps.Serving;

/// <summary>Loads the models when the host starts. The start fails if a required model cannot be served.</summary>
internal sealed class ModelHostedService(IEnumerable<ServedModelRegistration> registrations, IServiceProvider services) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var faults = new List<Exception>();
        await Parallel.ForEachAsync(
            registrations,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (registration, token) =>
            {
                try
                {
                    await registration.Get(services).StartAsync(token).ConfigureAwait(false);
                }
                catch (Exception exception) when (!token.IsCancellationRequested)
                {
                    lock (faults)
                    {
                        faults.Add(new ModelNotReadyException(
                            registration.Name,
                            $"{exception.Message} The model is required, so the host does not start. "
                            + $"To start without it, set MlOps:Models:{registration.Name}:Start to Optional.",
                            exception));
                    }
                }
            }).ConfigureAwait(false);
        if (faults.Count > 0)
        {
            throw faults.Count == 1 ? faults[0] : new AggregateException(faults);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
