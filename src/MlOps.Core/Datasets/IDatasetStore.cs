using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Keeps datasets as immutable, numbered versions: what a model was trained on can be had again, byte for byte, and compared.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread, and any number of processes may share a store.</para>
/// <para>Atomicity and order: a version is there completely or not at all. Of a dataset's versions the numbers are 1, 2, 3 … in the order in which they were
/// recorded, without a gap under any race; the number of a deleted version is never used again. Bytes are stored once under their SHA-256, so a file that another version,
/// dataset or model has already costs nothing. A snapshot that fails, is cancelled or loses its process leaves no version; what bytes it stored are garbage.</para>
/// <para>Names: 1 to 250 characters, at most 750 bytes in UTF-8, without <c>/</c> and <c>:</c>, otherwise one segment of an <see cref="ArtifactPath"/>. Case distinguishes.</para>
/// <para>Every implementation of the store below passes <c>DatasetStoreConformance</c>. Conveniences are extension methods.</para>
/// </remarks>
public interface IDatasetStore
{
    /// <summary>Records files, folders or streams as the dataset's next version; the first one creates the dataset.</summary>
    /// <remarks>
    /// Files are always read and hashed: no timestamp is trusted. What the parent has already is not stored again and not even asked for, so a snapshot with few changes
    /// costs little more than its hashing. A snapshot of exactly the newest version's files returns that version and records nothing,
    /// unless <see cref="DatasetSnapshot.AllowUnchanged"/>.
    /// </remarks>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="snapshot">What to record.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the snapshot, which then leaves no version.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">The name or the snapshot is not valid, or a file cannot be stored portably: its name, a link, or two names that differ only in case.</exception>
    /// <exception cref="InvalidOperationException">A file was changed meanwhile; the message names it, and nothing was recorded.</exception>
    /// <exception cref="VersionNotFoundException">The snapshot's parent is not there.</exception>
    Task<DatasetVersion> SnapshotAsync(
        string dataset, DatasetSnapshot snapshot, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Looks a dataset up, with all its versions, on the newest state.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The dataset, or <see langword="null"/> if there is none of that name or it was deleted.</returns>
    /// <exception cref="ArtifactIntegrityException">The dataset's log was changed; the message names the event.</exception>
    /// <exception cref="DocumentFormatException">The dataset's log cannot be read; the message names the event.</exception>
    Task<Dataset?> FindAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Lists the datasets in the order of their names.</summary>
    /// <remarks>The states come from an index, which costs the same few requests however many there are. A damaged dataset is a warning in the log and is left
    /// out.</remarks>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The datasets that are not deleted.</returns>
    IAsyncEnumerable<Dataset> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes what is said of a dataset or version, or deletes it.</summary>
    /// <remarks>
    /// A deletion is recorded, and the bytes go when garbage is collected. It is never refused; a model that was trained on the version keeps its lineage,
    /// which then names a version that can no longer be opened. A warning in the log names such models of the store, at the cost of listing them.
    /// </remarks>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="change">What to change.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    /// <returns>The dataset after the change.</returns>
    /// <exception cref="ArgumentException">The change is not valid.</exception>
    /// <exception cref="VersionNotFoundException">The dataset or version is not there.</exception>
    Task<Dataset> ChangeAsync(string dataset, DatasetChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads everything that was ever recorded of a dataset, in order, each event checked against the one before.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, of a deleted dataset too; none if there never was one of that name.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved; the message names it.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Opens a version: the list of its files, from where they can be read, restored and compared.</summary>
    /// <param name="version">Which version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The contents; nothing to dispose.</returns>
    /// <exception cref="VersionNotFoundException">The dataset or version is not there, or was deleted.</exception>
    /// <exception cref="ArtifactIntegrityException">The list of files was changed in the store.</exception>
    /// <exception cref="DocumentFormatException">The list of files cannot be read.</exception>
    Task<DatasetContents> OpenAsync(DatasetReference version, CancellationToken cancellationToken = default);
}
