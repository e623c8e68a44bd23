using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Protects content at the target from garbage collection until the events that reference it are copied.</summary>
/// <remarks>
/// Content that has no deletion mark when the marks are read is not deleted within the following grace period. As long as the marks are read
/// again within half of the grace period, content that was found at the target since the first reading still exists, and events that reference
/// it may be written. If a reading is late, the content has to be checked again. Thread-safe.
/// </remarks>
internal sealed class PendingContent(MigrationEndpoint source, MigrationEndpoint target, TimeProvider timeProvider)
{
    private readonly DeletionMarks _marks = new(target.Store, timeProvider);
    private ElapsedTime? _refreshed;
    private bool _isLate;
    private bool _isRefreshing;

    /// <summary>Gets a value indicating whether the content that was found at the target since <see cref="BeginAsync"/> still exists.</summary>
    public bool IsSafe => !_isLate && _refreshed?.Value < DeletionMarks.Validity;

    /// <summary>Reads the marks for the first time. Call this method before content is searched at the target.</summary>
    public async Task BeginAsync(ParallelOptions limit)
    {
        await RefreshAsync(limit).ConfigureAwait(false);
        _isLate = false;
    }

    /// <summary>Reads the marks again if the last reading is too old. Call this method often.</summary>
    public async Task RefreshIfDueAsync(ParallelOptions limit)
    {
        if (!(_refreshed?.Value > DeletionMarks.Validity / 2) || Interlocked.Exchange(ref _isRefreshing, true))
        {
            return;
        }

        try
        {
            _isLate |= !IsSafe;
            await RefreshAsync(limit).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, false);
        }
    }

    /// <summary>Revives content that is marked for deletion at the target and exists at the source. Usually there are no marks, and this costs
    /// one small request.</summary>
    private async Task RefreshAsync(ParallelOptions limit)
    {
        var now = new ElapsedTime(timeProvider);
        await Parallel.ForEachAsync(_marks.ListAsync(limit.CancellationToken), limit, async (digest, token) =>
        {
            if (await IsAtSourceAsync(digest, token).ConfigureAwait(false))
            {
                await _marks.ReviveAsync(digest, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        _refreshed = now;
    }

    private async Task<bool> IsAtSourceAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await source.FindAsync(ContentStore.PathOf(digest), cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (ArtifactIntegrityException)
        {
            return true; // the content is damaged at the source, so the target may have the only intact copy
        }
    }
}
