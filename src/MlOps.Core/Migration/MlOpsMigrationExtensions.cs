using MlOps.Migration;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Creates migrations between registered stores.</summary>
public static class MlOpsMigrationExtensions
{
    /// <summary>Creates a migration from one registered store to another, such as from <c>LocalDisk</c> to <c>S3</c>.</summary>
    /// <param name="services">The service provider of the application.</param>
    /// <param name="source">The key of the store to copy from, ignoring case.</param>
    /// <param name="target">The key of the store to copy to, ignoring case.</param>
    /// <returns>The migration. It starts when it is run.</returns>
    /// <exception cref="ArgumentException">A key is not registered, or both keys are the same.</exception>
    public static ArtifactMigrator GetArtifactMigrator(this IServiceProvider services, string source, string target)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new ArtifactMigrator(
            ArtifactStoreRegistration.GetStore(services, source),
            ArtifactStoreRegistration.GetStore(services, target),
            services.GetRequiredService<TimeProvider>());
    }
}
