using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MlOps.Storage;

/// <summary>Asks a store for one entry of its list: reaches the backend and proves the credentials, and costs one request.</summary>
internal sealed class ArtifactStoreHealthCheck(IArtifactStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var entries = store.ListAsync(cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var _ = entries.ConfigureAwait(false);
            await entries.MoveNextAsync().ConfigureAwait(false);
            return HealthCheckResult.Healthy("The artifact store answers.");
        }
        catch (MlOpsException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }
    }
}
