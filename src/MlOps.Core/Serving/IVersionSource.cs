using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Provides the versions of a served model.</summary>
/// <remarks>The model calls one member at a time. Only <see cref="IDisposable.Dispose"/> may be called concurrently.</remarks>
internal interface IVersionSource : IDisposable
{
    /// <summary>Finds the version to serve.</summary>
    /// <param name="reason">The reason for the call.</param>
    /// <param name="maxAge">The maximum age of a cached result.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The version. A background poll returns <see langword="null"/> if the version is still missing since the previous call, or if the files
    /// of the first version are still being written.</returns>
    /// <exception cref="VersionNotFoundException">The version does not exist. The message names the setting.</exception>
    Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>Copies the files of a version to the local disk if they are missing, and verifies them.</summary>
    Task<LocalVersion> FetchAsync(ModelVersion version, CancellationToken cancellationToken);

    /// <summary>Finds the last served version on the local disk. The model starts from it if the source is unavailable.</summary>
    /// <returns>The version, or <see langword="null"/> if none was recorded or its files are damaged.</returns>
    Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken);

    /// <summary>Records the current version and deletes local files that are no longer needed. Never throws.</summary>
    /// <param name="served">The current version.</param>
    /// <param name="before">The previous version.</param>
    /// <param name="isFromCache">Whether the version was loaded from the local disk because the source was unavailable.</param>
    Task RecordServedAsync(LoadedVersion served, LoadedVersion? before, bool isFromCache);

    /// <summary>Subscribes to changes of the source by this process, so that they take effect before the next poll. Called once.</summary>
    /// <param name="changed">The callback for each change.</param>
    void Watch(Action changed);
}
