using Microsoft.Extensions.Hosting;

namespace MlOps.Serving;

/// <summary>Loads models when the host starts; a required one that cannot be served stops it.</summary>
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
                            $"{exception.Message} The host does not start without it; set MlOps:Models:{registration.Name}:Start to Optional if it should.",
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
