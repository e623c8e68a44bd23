using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>One collection: marks what is used, deletes what was condemned long enough ago and is unused still, and condemns what is newly unused.</summary>
/// <remarks>
/// Everything stands on the order of time. Who relies on content that is there has looked for condemnations half an hour ago at most and records what names it
/// within another half hour; a condemnation that they saw is pardoned, one that they did not see is younger than that look. So whatever is condemned
/// an hour or more before this run begins, and is not pardoned, is either named by a record that the marking sees, or by nothing.
/// </remarks>
internal sealed partial class GarbageCollection
{
    private readonly IArtifactStore _store;
    private readonly GarbageCollectionOptions _options;
    private readonly IProgress<MaintenanceProgress>? _progress;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Condemnations _condemnations;
    private readonly GarbageTally _tally;
    private readonly HashSet<Sha256Digest> _used = [];

    /// <summary>Ages are measured at the beginning, before the marking.</summary>
    private readonly DateTimeOffset _begun;

    public GarbageCollection(
        IArtifactStore store, GarbageCollectionOptions options, IProgress<MaintenanceProgress>? progress, TimeProvider timeProvider, ILogger logger)
    {
        _store = store;
        _options = options;
        _progress = progress;
        _timeProvider = timeProvider;
        _logger = logger;
        _condemnations = new Condemnations(store, timeProvider);
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

        var condemned = await _condemnations.ListAsync(cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(condemned, ContentStore.InParallel(cancellationToken), JudgeAsync).ConfigureAwait(false);
        await Parallel.ForEachAsync(FindUnusedAsync(condemned, cancellationToken), ContentStore.InParallel(cancellationToken), CondemnAsync).ConfigureAwait(false);

        var report = _tally.ToReport(_used.Count);
        LogCollected(_options.DryRun, report.Deleted, report.Condemned, report.Kept, report.Waiting);
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

    private async ValueTask JudgeAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await _condemnations.FindAsync(digest, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    _tally.AddJudged(digest, found.Document.Size, await JudgeAsync(found, cancellationToken).ConfigureAwait(false));
                }

                return;
            }
            catch (ArtifactConflictException)
            {
                // Pardoned, or claimed by another collection, since it was read.
            }
        }
    }

    private async Task<GarbageAction> JudgeAsync(Condemnation found, CancellationToken cancellationToken)
    {
        var isExecuting = found.State == CondemnationState.Executing;
        if (found.State != CondemnationState.Pardoned && _begun - found.Since < (isExecuting ? Condemnations.Validity : _options.GracePeriod))
        {
            return GarbageAction.Waiting;
        }

        if (found.State == CondemnationState.Pardoned || _used.Contains(found.Digest))
        {
            await KeepAsync(found, cancellationToken).ConfigureAwait(false);
            return GarbageAction.Kept;
        }

        return _options.DryRun || await TryDeleteAsync(found, cancellationToken).ConfigureAwait(false) ? GarbageAction.Deleted : GarbageAction.Waiting;
    }

    /// <summary>Removes a condemnation. It is pardoned first, after which no other collection can claim it: one that deletes is not to lose its notice.</summary>
    private async Task KeepAsync(Condemnation found, CancellationToken cancellationToken)
    {
        if (_options.DryRun)
        {
            return;
        }

        if (found.State != CondemnationState.Pardoned)
        {
            await _condemnations.ReplaceAsync(found, CondemnationState.Pardoned, cancellationToken).ConfigureAwait(false);
        }

        await _condemnations.RemoveAsync(found.Digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Claims content and deletes it.</summary>
    /// <returns>Whether it was deleted: not if claiming took so long that another collection may take over, and then who needs the content may store it again.</returns>
    private async Task<bool> TryDeleteAsync(Condemnation found, CancellationToken cancellationToken)
    {
        var claimed = new ElapsedTime(_timeProvider);
        await _condemnations.ReplaceAsync(found, CondemnationState.Executing, cancellationToken).ConfigureAwait(false);
        if (claimed.Value > Condemnations.ClaimPeriod)
        {
            return false;
        }

        // Who needs the content is waiting for the end, so a cancellation comes after it.
        await _store.DeleteAsync(ContentStore.PathOf(found.Digest), CancellationToken.None).ConfigureAwait(false);
        await _condemnations.RemoveAsync(found.Digest, CancellationToken.None).ConfigureAwait(false);
        LogDeleted(found.Digest, found.Document.Size);
        return true;
    }

    /// <summary>Looks through all content. What an earlier collection condemned has been judged, whatever became of it.</summary>
    private async IAsyncEnumerable<(Sha256Digest Digest, long Size)> FindUnusedAsync(
        HashSet<Sha256Digest> judged, [EnumeratorCancellation] CancellationToken cancellationToken)
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
            if (!_used.Contains(digest) && !judged.Contains(digest) && _begun - entry.LastModified >= _options.GracePeriod)
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

    private async ValueTask CondemnAsync((Sha256Digest Digest, long Size) unused, CancellationToken cancellationToken)
    {
        if (_options.DryRun || await _condemnations.TryAddAsync(unused.Digest, unused.Size, cancellationToken).ConfigureAwait(false))
        {
            _tally.AddCondemned(unused.Digest, unused.Size);
        }
    }

    [LoggerMessage(210, LogLevel.Information, "Garbage collection (dry run: {DryRun}): deleted {Deleted}, condemned {Condemned}, kept {Kept}, waiting {Waiting}.")]
    private partial void LogCollected(bool dryRun, GarbageCount deleted, GarbageCount condemned, GarbageCount kept, GarbageCount waiting);

    [LoggerMessage(211, LogLevel.Debug, "Deleted the unused content {Digest}: {Size} bytes.")]
    private partial void LogDeleted(Sha256Digest digest, long size);

    [LoggerMessage(212, LogLevel.Warning, "Garbage collection left '{Path}' alone, which is damaged. Verify the store.")]
    private partial void LogDamaged(Exception exception, ArtifactPath path);
}
