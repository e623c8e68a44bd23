using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>One collection: reads the digests in use, deletes content that was marked long enough ago and is still unused, and marks newly unused content.</summary>
/// <remarks>
/// Everything stands on the order of time. A writer that relies on stored content has looked for deletion marks half an hour ago at most and records the event that names it
/// within another half hour. It revives a mark that it saw; a mark that it did not see is younger than that look. So content that was marked an hour or more before this run
/// begins, and is not revived, is named either by a record that this run reads or by none.
/// </remarks>
internal sealed partial class GarbageCollection
{
    private readonly IArtifactStore _store;
    private readonly GarbageCollectionOptions _options;
    private readonly IProgress<MaintenanceProgress>? _progress;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly DeletionMarks _marks;
    private readonly GarbageTally _tally;
    private readonly HashSet<Sha256Digest> _used = [];

    /// <summary>Ages are measured at the beginning, before the records are read.</summary>
    private readonly DateTimeOffset _begun;

    public GarbageCollection(
        IArtifactStore store, GarbageCollectionOptions options, IProgress<MaintenanceProgress>? progress, TimeProvider timeProvider, ILogger logger)
    {
        _store = store;
        _options = options;
        _progress = progress;
        _timeProvider = timeProvider;
        _logger = logger;
        _marks = new DeletionMarks(store, timeProvider);
        _tally = new GarbageTally(options, progress);
        _begun = timeProvider.GetUtcNow();
    }

    public async Task<GarbageReport> RunAsync(IReadOnlyList<IContentRoots> roots, CancellationToken cancellationToken)
    {
        await ThrowIfIncompleteAsync(roots, cancellationToken).ConfigureAwait(false);
        foreach (var kind in roots)
        {
            await foreach (var (digest, _) in kind.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                _used.Add(digest);
                _progress?.Report(new MaintenanceProgress(MaintenanceStep.ReadingRecords, _used.Count, 0));
            }
        }

        var marked = await _marks.ListAsync(cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(marked, ContentStore.InParallel(cancellationToken), ProcessMarkAsync).ConfigureAwait(false);
        await Parallel.ForEachAsync(FindUnusedAsync(marked, cancellationToken), ContentStore.InParallel(cancellationToken), MarkAsync).ConfigureAwait(false);

        var report = _tally.ToReport(_used.Count);
        LogCollected(_options.DryRun, report.Deleted, report.Marked, report.Kept, report.Waiting);
        return report;
    }

    /// <summary>Stops where kinds of record that the marker names are missing: what they name would look unused. Notes kinds that the marker does not name.</summary>
    private async Task ThrowIfIncompleteAsync(IReadOnlyList<IContentRoots> roots, CancellationToken cancellationToken)
    {
        // The marker is read first: the records of a kind that it names are in the listing then.
        var marker = StoreMarker.Of(_store);
        var found = await marker.ReadAsync(cancellationToken).ConfigureAwait(false);
        var kinds = await FindKindsAsync(roots, cancellationToken).ConfigureAwait(false);
        if (found is null or { Kinds.Count: 0 } && kinds.Count == 0
            && await _store.ListAsync(ContentStore.Folder, cancellationToken: cancellationToken).AnyAsync(static entry => IsContent(entry, out _), cancellationToken).ConfigureAwait(false))
        {
            throw new DocumentFormatException(
                StoreMarker.Path,
                $"{(found is null ? "it is missing" : "it names no kind of record")}, and the store has content and no record. Nothing was collected, because all content looks unused. If the store is being restored, collect garbage after that; "
                + "otherwise delete the content by hand.");
        }

        if (found?.Kinds.FirstOrDefault(kind => !kinds.Contains(kind)) is { } missing)
        {
            throw new DocumentFormatException(
                StoreMarker.Path,
                $"it names the kind of record '{missing}', and the store has no record of that kind. Nothing was collected, because the content of these records looks unused. "
                + $"Restore the records from a copy. If they were deleted on purpose, delete '{StoreMarker.Path}', which is created again, and restart the processes that use the store.");
        }

        if (!_options.DryRun && kinds.Count > 0)
        {
            await marker.EnsureAsync(cancellationToken).ConfigureAwait(false);
            await marker.AddKindsAsync(kinds, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the kinds of record in the store.</summary>
    /// <remarks>A newer version of the library may have kinds of record that name content and that this one does not read: to it, their content would be garbage.</remarks>
    private async Task<HashSet<string>> FindKindsAsync(IReadOnlyList<IContentRoots> roots, CancellationToken cancellationToken)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        var entries = _store.ListAsync(cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        while (await TryMoveNextAsync(entries).ConfigureAwait(false))
        {
            var entry = entries.Current;
            if (EventPath.TryParse(entry.Path, out var folder, out var sequence) && sequence == 1)
            {
                kinds.Add(roots.Any(kind => kind.Reads(folder)) ? EventPath.KindOf(folder) : throw new DocumentFormatException(
                    entry.Path, "it begins a kind of record that this version of MlOps.Core does not know, which may need content that looks unused. Nothing was collected. Update MlOps.Core."));
            }
        }

        return kinds;
    }

    private async ValueTask ProcessMarkAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await _marks.FindAsync(digest, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    _tally.AddProcessed(digest, found.Document.Size, await ProcessMarkAsync(found, cancellationToken).ConfigureAwait(false));
                }

                return;
            }
            catch (ArtifactConflictException)
            {
                // Revived, or claimed by another collection, since it was read.
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

        return _options.DryRun || await TryDeleteAsync(found, cancellationToken).ConfigureAwait(false) ? GarbageAction.Deleted : GarbageAction.Waiting;
    }

    /// <summary>Removes a mark. It is revived first, after which no other collection can claim it: a collection that deletes must not lose its mark.</summary>
    private async Task KeepAsync(DeletionMark found, CancellationToken cancellationToken)
    {
        if (_options.DryRun)
        {
            return;
        }

        if (found.State != DeletionMarkState.Revived)
        {
            await _marks.ReplaceAsync(found, DeletionMarkState.Revived, cancellationToken).ConfigureAwait(false);
        }

        await _marks.RemoveAsync(found.Digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Claims content and deletes it.</summary>
    /// <returns>Whether it was deleted: not if claiming took so long that another collection may take over, and then a writer may store the content again.</returns>
    private async Task<bool> TryDeleteAsync(DeletionMark found, CancellationToken cancellationToken)
    {
        var claimed = new ElapsedTime(_timeProvider);
        await _marks.ReplaceAsync(found, DeletionMarkState.Deleting, cancellationToken).ConfigureAwait(false);
        if (claimed.Value > DeletionMarks.ClaimPeriod)
        {
            return false;
        }

        // A writer that needs the content waits for the end, so a cancellation comes after it.
        await _store.DeleteAsync(ContentStore.PathOf(found.Digest), CancellationToken.None).ConfigureAwait(false);
        await _marks.RemoveAsync(found.Digest, CancellationToken.None).ConfigureAwait(false);
        LogDeleted(found.Digest, found.Document.Size);
        return true;
    }

    /// <summary>Lists unused content. Content that an earlier collection marked is done already.</summary>
    private async IAsyncEnumerable<(Sha256Digest Digest, long Size)> FindUnusedAsync(
        HashSet<Sha256Digest> done, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = _store.ListAsync(ContentStore.Folder, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = entries.ConfigureAwait(false);
        while (await TryMoveNextAsync(entries).ConfigureAwait(false))
        {
            var entry = entries.Current;
            if (!IsContent(entry, out var digest))
            {
                continue; // not this library's
            }

            _tally.AddContent(entry.Size);
            if (!_used.Contains(digest) && !done.Contains(digest) && _begun - entry.LastModified >= _options.GracePeriod)
            {
                yield return (digest, entry.Size);
            }
        }
    }

    private static bool IsContent(ArtifactEntry entry, out Sha256Digest digest) =>
        Sha256Digest.TryParse(entry.Path.Name, out digest) && entry.Path == ContentStore.PathOf(digest);

    /// <summary>A file that is damaged so that it cannot be listed is reported after all others. Whether it is missed is for the verification to say.</summary>
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

    private async ValueTask MarkAsync((Sha256Digest Digest, long Size) unused, CancellationToken cancellationToken)
    {
        if (_options.DryRun || await _marks.TryAddAsync(unused.Digest, unused.Size, cancellationToken).ConfigureAwait(false))
        {
            _tally.AddMarked(unused.Digest, unused.Size);
        }
    }

    [LoggerMessage(210, LogLevel.Information, "Garbage collection (dry run: {DryRun}): deleted {Deleted}, marked {Marked}, kept {Kept}, waiting {Waiting}.")]
    private partial void LogCollected(bool dryRun, GarbageCount deleted, GarbageCount marked, GarbageCount kept, GarbageCount waiting);

    [LoggerMessage(211, LogLevel.Debug, "Deleted the unused content {Digest}: {Size} bytes.")]
    private partial void LogDeleted(Sha256Digest digest, long size);

    [LoggerMessage(212, LogLevel.Warning, "Garbage collection left '{Path}' alone, which is damaged. Verify the store.")]
    private partial void LogDamaged(Exception exception, ArtifactPath path);
}
