using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MlOps.Storage;

/// <summary>Asks a store for one entry of its list, which reaches the backend and proves the credentials, and checks that records can be kept in it.</summary>
/// <param name="store">The store.</param>
/// <param name="checkRecords">Checks a store of records; it makes one small request where all is well.</param>
internal sealed class ArtifactStoreHealthCheck(IArtifactStore store, Func<CancellationToken, Task> checkRecords) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var entries = store.ListAsync(cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var _ = entries.ConfigureAwait(false);
            await entries.MoveNextAsync().ConfigureAwait(false);
            await checkRecords(cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy("The artifact store answers.");
        }
        catch (MlOpsException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }
    }
}
