using Microsoft.Extensions.Diagnostics.HealthChecks;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds health checks of MlOps.</summary>
public static class MlOpsHealthCheckExtensions
{
    /// <summary>Adds a check that the artifact store can be reached and read with the credentials it has.</summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="key">The store's key; <see langword="null"/> for the one that <c>MlOps:Storage:Provider</c> names.</param>
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
            services => new ArtifactStoreHealthCheck(key is null ? services.GetRequiredService<IArtifactStore>() : services.GetRequiredKeyedService<IArtifactStore>(key)),
            failureStatus,
            tags,
            timeout ?? TimeSpan.FromSeconds(10)));
    }
}
