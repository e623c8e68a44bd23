using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Documents;
using MlOps.Serving;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks for the artifact store and the served models.</summary>
public static class MlOpsHealthCheckExtensions
{
    /// <summary>Adds a check that the artifact store is reachable and readable with its credentials.</summary>
    /// <remarks>
    /// If the store contains records, the check also confirms that the store was not replaced since the start of the process. Once for each process, it
    /// confirms that conditional writes work, from the result that is recorded in the store or by a test write. The test is skipped if the credentials
    /// do not allow writes. The check writes nothing else. Therefore a full store, and a folder that does not exist yet, are healthy.
    /// </remarks>
    /// <param name="builder">The health checks builder.</param>
    /// <param name="key">The key of the store, ignoring case; <see langword="null"/> for the store that <c>MlOps:Storage:Provider</c> names.</param>
    /// <param name="failureStatus">The status to report on failure. The default is unhealthy.</param>
    /// <param name="tags">The tags to filter checks by.</param>
    /// <param name="timeout">The timeout of the check. The default is 10 seconds.</param>
    /// <returns>The health checks builder.</returns>
    public static IHealthChecksBuilder AddMlOpsStorage(
        this IHealthChecksBuilder builder,
        string? key = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            key is null ? "mlops-storage" : $"mlops-storage-{key}",
            services =>
            {
                var store = key is null ? services.GetRequiredService<IArtifactStore>() : ArtifactStoreRegistration.GetStore(services, key);
                return new ArtifactStoreHealthCheck(store, StoreMarker.Of(store).CheckAsync);
            },
            failureStatus,
            tags,
            timeout ?? TimeSpan.FromSeconds(10)));
    }

    /// <summary>Adds a check that every served model can predict. The check reads local state only, so it can run often.</summary>
    /// <remarks>
    /// The status is unhealthy while a required or optional model has no ready version. It is degraded while a model does not serve the version that it
    /// should: the last load failed, the registry is unavailable, or the version came from the local cache. A lazy model that is not loaded is healthy.
    /// </remarks>
    /// <param name="builder">The health checks builder.</param>
    /// <param name="failureStatus">The status to report on failure. The default is unhealthy.</param>
    /// <param name="tags">The tags to filter checks by, such as <c>ready</c>.</param>
    /// <returns>The health checks builder.</returns>
    public static IHealthChecksBuilder AddMlOpsModels(
        this IHealthChecksBuilder builder, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            "mlops-models",
            static services => new ModelHealthCheck(services.GetRequiredService<ServedModels>()),
            failureStatus,
            tags));
    }
}
