using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MlOps.Storage;

/// <summary>Lists one entry of a store, which tests the backend and the credentials, and checks the records in the store.</summary>
/// <param name="store">The store.</param>
/// <param name="checkRecords">Checks the records. A healthy store requires one small request.</param>
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
            return HealthCheckResult.Healthy("The artifact store responds.");
        }
        catch (MlOpsException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message, exception);
        }
    }
}
