namespace MlOps.Maintenance;

/// <summary>Looks after a store: frees the space of what nothing uses any more, and finds damage.</summary>
/// <remarks>
/// <para>Thread-safe, and safe beside everything else that uses the store, in any number of processes: registrations, snapshots, readers, and other collections.</para>
/// <para>A collection deletes only content (<c>blobs/</c>), its own marks (<c>gc/</c>), wrong checkpoints, metrics of runs that are deleted for good, and
/// metric segments that a retention rule does not keep. What other tools keep in the store is left alone and keeps nothing alive.</para>
/// <para>Repeats: both may be repeated at any time. A collection that was killed at any point leaves a whole store, and a later one finishes what it began.</para>
/// </remarks>
public interface IStoreMaintenance
{
    /// <summary>Deletes content that no record names any more, in two steps: content that is found unused is marked, and content that a collection finds still
    /// unused after the grace period is deleted. So the space is free after the second collection.</summary>
    /// <remarks>
    /// <para>The content in use is computed from the events of all records, never from a checkpoint. A checkpoint that does not agree with the events is
    /// deleted, with a warning.</para>
    /// <para>The space of deleted runs and experiments comes back, too. A run that was deleted a grace period ago, itself or with its experiment, is deleted
    /// for good: its history says <c>purged</c>, its metrics are deleted, and its artifacts are marked. The steps of an experiment that was deleted a grace
    /// period ago are forgotten. Retention rules, of which there are none by default, delete older runs, outputs of steps and metric segments.
    /// <see cref="GarbageReport.Removed"/> lists all of them.</para>
    /// <para>A damaged record does not stop the collection. Everything is kept that its events name as far as they can be read. Where one of its events cannot
    /// be read at all, so that the record may refer to any content, nothing is marked or deleted. <see cref="GarbageReport.Damaged"/> lists such
    /// records.</para>
    /// <para>Cost: every event of every record is read. That is about 11 requests for a run of three events, measured with 1,000 runs: 1.1 million for 100,000
    /// runs, up to 16 runs at a time.</para>
    /// <para>Memory: about 60 bytes for each distinct file of all versions. A cancelled collection leaves a whole store.</para>
    /// </remarks>
    /// <param name="options">The grace period, and whether to do anything; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told after each file looked at.</param>
    /// <param name="cancellationToken">Cancels the collection.</param>
    /// <returns>What was done, or in a dry run would be done.</returns>
    /// <exception cref="DocumentFormatException">A newer version of the library has a kind of record that this one does not know, or a deletion mark or the
    /// marker of the store cannot be read. The message names it.</exception>
    /// <exception cref="GarbageCollectionRefusedException">More would go than a store in order has as garbage, and
    /// <see cref="GarbageCollectionOptions.AllowLargeDeletion"/> is not set.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<GarbageReport> CollectGarbageAsync(
        GarbageCollectionOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Verifies every log, and that all content that a record names is there and is what its digest says.</summary>
    /// <remarks>Reads the store itself, never a cache, and computes the content in use from the events. A checkpoint that does not agree with the events is a
    /// fault. Cost: about 11 requests for a
    /// run of three events, as in a collection, and one for each distinct file. Memory: about 60 bytes for each distinct file of all versions.</remarks>
    /// <param name="options">How thorough to be; <see langword="null"/> for the defaults.</param>
    /// <param name="progress">Told after each file verified.</param>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <returns>What was verified, and every fault found.</returns>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<VerificationReport> VerifyAsync(
        VerificationOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Repairs damaged records. By default, it only reports the repairs that are possible.</summary>
    /// <remarks>
    /// <para>Restore damaged objects from a copy of the store if there is one: a repair gives up the events that are damaged. Nothing but checkpoints and the
    /// index of the kind, which are caches, is deleted; events that do not count any more are kept below <c>&lt;record&gt;/aside/&lt;time&gt;/</c>. Each repair
    /// is a warning in the log. Events that a newer version of the library wrote are not repaired.</para>
    /// <para>A collection treats content that only these events name as garbage. Verify the store after a repair.</para>
    /// </remarks>
    /// <param name="options">The repairs to make; <see langword="null"/> for a dry run of all.</param>
    /// <param name="cancellationToken">Cancels the repair between two objects. It can be repeated.</param>
    /// <returns>The repairs that were made, or in a dry run can be made.</returns>
    /// <exception cref="ArgumentException">It is no dry run, and no kind of repair is given.</exception>
    /// <exception cref="ProviderException">The backend failed.</exception>
    Task<IReadOnlyList<RepairAction>> RepairAsync(RepairOptions? options = null, CancellationToken cancellationToken = default);
}
