using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Keeps collections of garbage at the target from deleting content that waits there for the events that name it.</summary>
/// <remarks>
/// Content without a deletion mark at a look is not deleted for a grace period after it. So as long as each look comes within half of one after the look
/// before, content that was found at the target since the first is there, and events that name it may be written. If one comes too late, the content has to be
/// looked for again. Thread-safe.
/// </remarks>
internal sealed class WaitingContent(MigrationEnd source, MigrationEnd target, TimeProvider timeProvider)
{
    private readonly DeletionMarks _marks = new(target.Store, timeProvider);
    private ElapsedTime? _looked;
    private bool _isLate;
    private bool _isLooking;

    /// <summary>Gets a value indicating whether content that was found at the target since <see cref="BeginAsync"/> is there still.</summary>
    public bool IsSafe => !_isLate && _looked?.Value < DeletionMarks.Validity;

    /// <summary>Looks for the first time; call it before looking for content at the target.</summary>
    public async Task BeginAsync(ParallelOptions limit)
    {
        await LookAsync(limit).ConfigureAwait(false);
        _isLate = false;
    }

    /// <summary>Looks again if it is time to; call it often.</summary>
    public async Task KeepAsync(ParallelOptions limit)
    {
        if (!(_looked?.Value > DeletionMarks.Validity / 2) || Interlocked.Exchange(ref _isLooking, true))
        {
            return;
        }

        try
        {
            _isLate |= !IsSafe;
            await LookAsync(limit).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _isLooking, false);
        }
    }

    /// <summary>Revives the content that is marked for deletion at the target and is at the source. Normally nothing is marked, and that costs one small
    /// request.</summary>
    private async Task LookAsync(ParallelOptions limit)
    {
        var now = new ElapsedTime(timeProvider);
        await Parallel.ForEachAsync(_marks.ListAsync(limit.CancellationToken), limit, async (digest, token) =>
        {
            if (await IsAtSourceAsync(digest, token).ConfigureAwait(false))
            {
                await _marks.ReviveAsync(digest, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        _looked = now;
    }

    private async Task<bool> IsAtSourceAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await source.FindAsync(ContentStore.PathOf(digest), cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (ArtifactIntegrityException)
        {
            return true; // damaged there, so the target's may be the only good one
        }
    }
}
