using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A garbage collection: finds the content that records reference, deletes content that was marked a grace period ago and is still
/// unused, and marks newly unused content.</summary>
/// <remarks>
/// Correctness depends on the order of time. A writer that relies on stored content has read the deletion marks within the last half hour, and
/// records the event that references the content within another half hour. It revives a mark that it reads; a mark that it does not read is
/// newer than its reading. Therefore, content that was marked an hour or more before this collection begins, and was not revived, is either
/// referenced by a record that this collection reads, or by none.
/// </remarks>
internal sealed partial class GarbageCollection : IDisposable
{
    private readonly IArtifactStore _store;
    private readonly GarbageCollectionOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly DeletionMarks _marks;
    private readonly DiskSpaceReserve _reserve;
    private readonly GarbageReportBuilder _report;
    private readonly SemaphoreSlim _lock = new(1);
    private readonly RecordRemovals _removals;
    private readonly UsedContent _used;

    /// <summary>The content that is referenced only by records that this collection removes, with its sizes.</summary>
    private readonly Dictionary<Sha256Digest, long> _released = [];

    /// <summary>The start time. Ages are measured at this time, before the records are read.</summary>
    private readonly DateTimeOffset _begun;

    public GarbageCollection(
        IArtifactStore store, GarbageCollectionOptions options, IProgress<OperationProgress>? progress, TimeProvider timeProvider, ILogger logger)
    {
        _store = store;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _marks = new DeletionMarks(store, timeProvider);
        _reserve = new DiskSpaceReserve(store, logger);
        _report = new GarbageReportBuilder(options, progress, timeProvider);
        _begun = timeProvider.GetUtcNow();
        _removals = new RecordRemovals(store, options, _begun, logger);
        _used = new UsedContent(store, _removals, progress, logger);
    }

    public async Task<GarbageReport> RunAsync(IReadOnlyList<IRecordKind> records, CancellationToken cancellationToken)
    {
        // Read the marker first, so that the listing contains the records of the kinds that it lists.
        var marker = StoreMarker.Of(_store);
        var named = await marker.ReadAsync(cancellationToken).ConfigureAwait(false);
        var kinds = await FindKindsAsync(records, cancellationToken).ConfigureAwait(false);

        // Read experiments first, because runs and steps may be removed with their experiment.
        foreach (var kind in records.OrderBy(static kind => kind is IRemovableRecords))
        {
            await _used.ReadAsync(kind, cancellationToken).ConfigureAwait(false);
        }

        var marked = await _marks.ListAsync(cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var unused = await FindUnusedAsync(marked, cancellationToken).ConfigureAwait(false);
        var guard = new LargeDeletionGuard(_store, _report, unused, _logger);
        var refusal = _options.AllowLargeDeletion ? null : await guard.FindRefusalAsync(named, kinds, cancellationToken).ConfigureAwait(false);
        if (refusal is not null && !_options.DryRun)
        {
            throw refusal;
        }

        // Delete before writing, because the disk may be full.
        await ProcessMarksAsync(marked, guard.Manifests, cancellationToken).ConfigureAwait(false);
        if (!_options.DryRun && kinds.Count > 0)
        {
            await marker.EnsureAsync(cancellationToken).ConfigureAwait(false);
            await marker.AddKindsAsync(kinds, cancellationToken).ConfigureAwait(false);
        }

        await DeleteCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        if (_used.IsIncomplete)
        {
            await MarkAsync([], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _removals.RemoveDeletedAsync(_used.Keep, cancellationToken).ConfigureAwait(false);
            await MarkAsync(unused.Where(found => !marked.Contains(found.Key)).Concat(_released.Where(found => _used.IsReleased(found.Key))), cancellationToken)
                .ConfigureAwait(false);
            await _removals.RetireAsync(cancellationToken).ConfigureAwait(false);
        }

        var report = _report.ToReport(_used, _removals, refusal?.Message);
        LogCollected(_options.DryRun, report.Deleted, report.Marked, report.Kept, report.Waiting);
        return report;
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Finds the kinds of record in the store.</summary>
    /// <remarks>A newer version of the library may have kinds of record that this version does not read. Their content would look
    /// unused.</remarks>
    private async Task<HashSet<string>> FindKindsAsync(IReadOnlyList<IRecordKind> records, CancellationToken cancellationToken)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        ArtifactPath? last = null;
        await foreach (var entry in ListAsync(prefix: null, cancellationToken).ConfigureAwait(false))
        {
            if (EventPath.TryParse(entry.Path, out var folder, out _) && folder != last)
            {
                last = folder;
                kinds.Add(records.Any(kind => kind.Owns(folder)) ? EventPath.KindOf(folder) : throw new DocumentFormatException(
                    entry.Path,
                    "its kind of record is unknown to this version of MlOps.Core, and may reference content that looks unused. "
                    + "Nothing was collected. Update MlOps.Core."));
            }
        }

        return kinds;
    }

    /// <summary>Finds the unused content that is marked or old enough to be marked.</summary>
    private async Task<Dictionary<Sha256Digest, long>> FindUnusedAsync(HashSet<Sha256Digest> marked, CancellationToken cancellationToken)
    {
        var unused = new Dictionary<Sha256Digest, long>();
        await foreach (var entry in ListAsync(ContentStore.Folder, cancellationToken).ConfigureAwait(false))
        {
            if (!Sha256Digest.TryParse(entry.Path.Name, out var digest) || entry.Path != ContentStore.PathOf(digest))
            {
                continue; // not content of this library
            }

            var isUsed = _used.Contains(digest);
            var isGarbage = !isUsed && (marked.Contains(digest) || _begun - entry.LastModified >= _options.GracePeriod);
            _report.AddContent(entry.Size, isYoung: !isUsed && !isGarbage);
            if (isGarbage)
            {
                unused.Add(digest, entry.Size);
            }
            else if (_used.IsReleased(digest) && _begun - entry.LastModified >= _options.GracePeriod)
            {
                _released.Add(digest, entry.Size);
            }
        }

        return unused;
    }

    /// <summary>Lists artifacts. A store reports an artifact that is too damaged to be listed after all others. It is logged and omitted;
    /// verification reports its content.</summary>
    private async IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = _store.ListAsync(prefix, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        while (await TryMoveNextAsync(entries).ConfigureAwait(false))
        {
            yield return entries.Current;
        }
    }

    private async Task<bool> TryMoveNextAsync(IAsyncEnumerator<ArtifactEntry> entries)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            LogDamaged(exception, exception.Path);
            return false;
        }
    }

    /// <summary>Deletes the unused content that was marked a grace period ago, and then removes the marks of used content.</summary>
    private async Task ProcessMarksAsync(HashSet<Sha256Digest> marked, HashSet<Sha256Digest> last, CancellationToken cancellationToken)
    {
        foreach (var group in marked.GroupBy(digest => _used.Contains(digest) ? 2 : last.Contains(digest) ? 1 : 0).OrderBy(static group => group.Key))
        {
            await Parallel.ForEachAsync(group, ContentStore.InParallel(cancellationToken), ProcessMarkAsync).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes the checkpoints that do not match the events, because the next reader of the record would use them.</summary>
    private async Task DeleteCheckpointsAsync(CancellationToken cancellationToken)
    {
        foreach (var checkpoint in _used.Checkpoints)
        {
            if (!_options.DryRun)
            {
                await _store.DeleteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
                LogCheckpointDeleted(checkpoint);
            }
        }
    }

    private async ValueTask ProcessMarkAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await _marks.FindAsync(digest, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    _report.AddProcessed(digest, found.Document.Size, await ProcessMarkAsync(found, cancellationToken).ConfigureAwait(false));
                }

                return;
            }
            catch (ArtifactConflictException)
            {
                // The mark was revived, or claimed by another collection, after it was read.
            }
        }
    }

    private async Task<GarbageAction> ProcessMarkAsync(DeletionMark found, CancellationToken cancellationToken)
    {
        var isDeleting = found.State == DeletionMarkState.Deleting;
        if (found.State != DeletionMarkState.Revived && _begun - found.Since < (isDeleting ? DeletionMarks.Validity : _options.GracePeriod))
        {
            return GarbageAction.Waiting;
        }

        if (found.State == DeletionMarkState.Revived || _used.Contains(found.Digest))
        {
            await KeepAsync(found, cancellationToken).ConfigureAwait(false);
            return GarbageAction.Kept;
        }

        if (_used.IsIncomplete)
        {
            return GarbageAction.Waiting;
        }

        return _options.DryRun || await TryDeleteAsync(found, cancellationToken).ConfigureAwait(false) ? GarbageAction.Deleted : GarbageAction.Waiting;
    }

    /// <summary>Removes a mark. The mark is revived first, so that no other collection claims it: a mark must exist while its content is being
    /// deleted.</summary>
    private async Task KeepAsync(DeletionMark found, CancellationToken cancellationToken)
    {
        if (_options.DryRun)
        {
            return;
        }

        if (found.State != DeletionMarkState.Revived)
        {
            await WriteAsync(() => _marks.ReplaceAsync(found, DeletionMarkState.Revived, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await _marks.RemoveAsync(found.Digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Claims content and deletes it.</summary>
    /// <returns><see langword="false"/> if claiming took so long that another collection may have taken over. In this case, a writer may have
    /// stored the content again.</returns>
    private async Task<bool> TryDeleteAsync(DeletionMark found, CancellationToken cancellationToken)
    {
        var claimed = new ElapsedTime(_timeProvider);
        await WriteAsync(
            () =>
            {
                claimed = new ElapsedTime(_timeProvider);
                return _marks.ReplaceAsync(found, DeletionMarkState.Deleting, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        if (claimed.Value > DeletionMarks.ClaimPeriod)
        {
            return false;
        }

        // A writer that needs the content waits for the deletion, so it is not canceled.
        await _store.DeleteAsync(ContentStore.PathOf(found.Digest), CancellationToken.None).ConfigureAwait(false);
        await _marks.RemoveAsync(found.Digest, CancellationToken.None).ConfigureAwait(false);
        LogDeleted(found.Digest, found.Document.Size);
        return true;
    }

    /// <summary>Writes a mark. If the write fails, deletes the reserve and tries again, because the disk may be full.</summary>
    private async Task WriteAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write().ConfigureAwait(false);
        }
        catch (ProviderException exception) when (!exception.IsTransient)
        {
            LogNoRoom(exception, DiskSpaceReserve.Path);

            // Only one write at a time uses the freed space: it is sufficient for a few marks, and each replaces an earlier one.
            await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _reserve.DeleteAsync(cancellationToken).ConfigureAwait(false);
                await write().ConfigureAwait(false);
            }
            finally
            {
                _lock.Release();
            }
        }
    }

    private async Task MarkAsync(IEnumerable<KeyValuePair<Sha256Digest, long>> unused, CancellationToken cancellationToken)
    {
        var garbage = unused.ToList();
        if (!_options.DryRun && (garbage.Count > 0 || _report.IsWaiting))
        {
            await _reserve.EnsureAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!_options.DryRun)
        {
            await _reserve.DeleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await Parallel.ForEachAsync(garbage, ContentStore.InParallel(cancellationToken), async (found, token) =>
        {
            if (_options.DryRun || await _marks.TryAddAsync(found.Key, found.Value, token).ConfigureAwait(false))
            {
                _report.AddMarked(found.Key, found.Value);
            }
        }).ConfigureAwait(false);
    }

    [LoggerMessage(210, LogLevel.Information,
        "The garbage collection is complete (dry run: {DryRun}): deleted {Deleted}, marked {Marked}, kept {Kept}, waiting {Waiting}.")]
    private partial void LogCollected(bool dryRun, GarbageCount deleted, GarbageCount marked, GarbageCount kept, GarbageCount waiting);

    [LoggerMessage(211, LogLevel.Debug, "Deleted the unused content {Digest}: {Size} bytes.")]
    private partial void LogDeleted(Sha256Digest digest, long size);

    [LoggerMessage(212, LogLevel.Warning, "'{Path}' is damaged, and the garbage collection skipped it. Verify the store.")]
    private partial void LogDamaged(Exception exception, ArtifactPath path);

    [LoggerMessage(215, LogLevel.Warning, "A deletion mark could not be written. '{Path}' is deleted to free space, and the write is retried.")]
    private partial void LogNoRoom(Exception exception, ArtifactPath path);

    [LoggerMessage(217, LogLevel.Warning,
        "The checkpoint '{Path}' did not match the events of its log and was deleted. The state is computed from the events.")]
    private partial void LogCheckpointDeleted(ArtifactPath path);
}
