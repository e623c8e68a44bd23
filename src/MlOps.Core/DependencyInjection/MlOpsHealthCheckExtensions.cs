using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Documents;
using MlOps.Serving;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of MlOps.</summary>
public static class MlOpsHealthCheckExtensions
{
    /// <summary>Adds a check that the artifact store can be reached and read with the credentials it has.</summary>
    /// <remarks>
    /// Where records are kept, it also checks that the store is the one that it was earlier in this process, and once for each process that conditional writes work. For that it uses the verdict that the
    /// store keeps, or tries the server; it is not proven with credentials that cannot write. Otherwise it writes nothing: a store that is full is healthy, and so is a folder that the first write is yet to create.
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="key">The store's key, in any case; <see langword="null"/> for the one that <c>MlOps:Storage:Provider</c> names.</param>
    /// <param name="failureStatus">What a failure is reported as; the default is unhealthy.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    /// <param name="timeout">How long the check may take; the default is ten seconds.</param>
    /// <returns>The health checks.</returns>
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

    /// <summary>Adds a check that every served model can answer; it asks nobody, so that it can be asked often.</summary>
    /// <remarks>
    /// Unhealthy while a required or optional model has no version that answers; degraded while one answers with another version than it should: the last load failed, the registry cannot be
    /// read, or the version came from the local cache. A lazy model that is not loaded is healthy.
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="failureStatus">What a failure is reported as; the default is unhealthy.</param>
    /// <param name="tags">Tags to filter checks by, such as <c>ready</c>.</param>
    /// <returns>The health checks.</returns>
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
