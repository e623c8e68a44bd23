using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The place from which a served model gets its versions.</summary>
/// <remarks>The model calls one member at a time, except <see cref="IDisposable.Dispose"/>.</remarks>
internal interface IVersionSource : IDisposable
{
    /// <summary>Finds the version to serve.</summary>
    /// <param name="reason">The reason for the look.</param>
    /// <param name="maxAge">The maximum age of the answer.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>The version, or <see langword="null"/> if a background look finds nothing new: what was reported last still holds.</returns>
    /// <exception cref="VersionNotFoundException">There is no such version. The message names the setting.</exception>
    Task<ModelVersion?> FindAsync(UpdateReason reason, TimeSpan maxAge, CancellationToken cancellationToken);

    /// <summary>Copies the files of a version to the local disk if they are not there, and verifies them.</summary>
    Task<LocalVersion> FetchAsync(ModelVersion version, CancellationToken cancellationToken);

    /// <summary>Finds the version that was served last, for a start while the source cannot be read.</summary>
    /// <returns>The version, or <see langword="null"/> if there is none or its files are damaged.</returns>
    Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken);

    /// <summary>Records the version that answers, and deletes local files that are no longer needed. Never throws.</summary>
    /// <param name="served">The version.</param>
    /// <param name="before">The version that answered before.</param>
    /// <param name="isFromCache">Whether the version was started from the local disk because the source could not be read.</param>
    Task RememberAsync(LoadedVersion served, LoadedVersion? before, bool isFromCache);

    /// <summary>Begins to report changes that this process makes, so that they need not wait for the next look. Called once.</summary>
    /// <param name="changed">Called after each change.</param>
    void Watch(Action changed);
}
