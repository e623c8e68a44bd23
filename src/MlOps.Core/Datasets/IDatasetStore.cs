using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Stores datasets as immutable, numbered versions that can be restored byte for byte and compared.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store.</para>
/// <para>Atomicity and ordering: a version is recorded completely or not at all. The versions of a dataset are numbered 1, 2, 3 … in the order of recording,
/// without gaps. The number of a deleted version is not reused. Content is stored once by its SHA-256, so a file that another version, dataset or model
/// already has takes no space. A snapshot that fails or is canceled records no version; the content that it stored is garbage.</para>
/// <para>Names have 1 to 250 characters and at most 750 bytes in UTF-8, contain no <c>/</c> and no <c>:</c>, and are otherwise valid as a segment of an
/// <see cref="ArtifactPath"/>. They are case-sensitive.</para>
/// <para>Conformance: <c>DatasetStoreConformance</c> runs on every artifact store. <see cref="DatasetStoreExtensions"/> adds convenience methods.</para>
/// </remarks>
/// <example>
/// <code>
/// var version = await datasets.SnapshotAsync("flights", "data/flights");
/// var contents = await datasets.OpenAsync(version.Reference);
/// await contents.RestoreAsync("restored"); // every file is verified
/// Console.Write(await datasets.DiffAsync(new DatasetReference("flights", 1), version.Reference));
/// </code>
/// </example>
public interface IDatasetStore
{
    /// <summary>Records files, folders or streams as the next version of a dataset. The first version creates the dataset.</summary>
    /// <remarks>
    /// All files are read and hashed; timestamps are ignored. Files that the parent has are neither stored again nor looked up in the store, so a
    /// snapshot with few changes costs little more than the hashing. If the files are the same as those of the newest version, that version is
    /// returned and no version is recorded, unless <see cref="DatasetSnapshot.AllowUnchanged"/> is set.
    /// </remarks>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="snapshot">The files and properties of the version.</param>
    /// <param name="progress">Receives a report after each file.</param>
    /// <param name="cancellationToken">Cancels the snapshot. No version is recorded then.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">
    /// The name or the snapshot is not valid, or a file cannot be stored portably because of its name, because it is a link, or because two names differ only
    /// in case.
    /// </exception>
    /// <exception cref="InvalidOperationException">A file was changed while it was read. The message names the file. No version was recorded.</exception>
    /// <exception cref="VersionNotFoundException">The parent of the snapshot does not exist.</exception>
    Task<DatasetVersion> SnapshotAsync(
        string dataset, DatasetSnapshot snapshot, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Finds a dataset with its versions.</summary>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The latest state of the dataset, or <see langword="null"/> if the dataset does not exist.</returns>
    /// <exception cref="ArtifactIntegrityException">The event log of the dataset was altered. The message names the event.</exception>
    /// <exception cref="DocumentFormatException">The event log of the dataset cannot be read. The message names the event.</exception>
    Task<Dataset?> FindAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Lists the datasets in the order of their names.</summary>
    /// <remarks>The listing reads an index, so the number of requests does not depend on the number of datasets. Damaged datasets are omitted and
    /// logged.</remarks>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The datasets, without deleted datasets.</returns>
    IAsyncEnumerable<Dataset> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes the tags or the description of a dataset or a version, or deletes it.</summary>
    /// <remarks>
    /// A deletion is recorded as an event. A garbage collection later deletes the content. A deletion is never refused: a model that was trained on
    /// the version keeps its lineage, which then names a version that cannot be opened. A warning in the log names such models. To find them, a deletion
    /// lists all models.
    /// </remarks>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Cancels the call before the change is recorded.</param>
    /// <returns>The dataset after the change.</returns>
    /// <exception cref="ArgumentException">The change is not valid.</exception>
    /// <exception cref="VersionNotFoundException">The dataset or the version does not exist.</exception>
    Task<Dataset> ChangeAsync(string dataset, DatasetChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a dataset, and verifies each event against the digest in the next event.</summary>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, oldest first, also of a deleted dataset. Empty if there was never a dataset with the name.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Opens a version to read, restore or compare its files.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The list of the files. There is nothing to dispose.</returns>
    /// <exception cref="VersionNotFoundException">The dataset or the version does not exist.</exception>
    /// <exception cref="ArtifactIntegrityException">The content of the manifest does not match its digest.</exception>
    /// <exception cref="DocumentFormatException">The manifest cannot be read.</exception>
    Task<DatasetContents> OpenAsync(DatasetReference version, CancellationToken cancellationToken = default);
}
