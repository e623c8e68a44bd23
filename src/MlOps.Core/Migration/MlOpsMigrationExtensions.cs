using MlOps.Migration;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes migrations between registered stores.</summary>
public static class MlOpsMigrationExtensions
{
    /// <summary>Makes a migration from one registered store to another, such as from <c>LocalDisk</c> to <c>S3</c>.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="source">The key of the store to copy from, in any case.</param>
    /// <param name="target">The key of the store to copy to, in any case.</param>
    /// <returns>The migration, which does nothing before it is run.</returns>
    /// <exception cref="ArgumentException">No store has one of the keys, or both are the same.</exception>
    public static ArtifactMigrator GetArtifactMigrator(this IServiceProvider services, string source, string target)
    {
        ArgumentNullException.ThrowIfNull(services);
        return new ArtifactMigrator(ArtifactStoreRegistration.GetStore(services, source), ArtifactStoreRegistration.GetStore(services, target), services.GetRequiredService<TimeProvider>());
    }
}
