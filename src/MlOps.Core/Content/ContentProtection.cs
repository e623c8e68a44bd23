using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Keeps garbage collections from deleting what a fact that is not recorded yet will name.</summary>
/// <remarks>
/// Content without a deletion mark at a look is not deleted for a grace period after it, whatever a collection does. So within half of one nothing is left to
/// do; after a longer time <see cref="ConfirmAsync"/> looks again, and whether everything is still there.
/// </remarks>
internal sealed class ContentProtection(IArtifactStore store, TimeProvider timeProvider)
{
    private readonly DeletionMarks _marks = new(store, timeProvider);
    private readonly Lock _lock = new();
    private readonly HashSet<Sha256Digest> _protected = [];
    private HashSet<Sha256Digest> _marked = [];
    private ElapsedTime _refreshed = new(timeProvider);

    private bool IsRecent => _refreshed.Value < DeletionMarks.Validity;

    /// <summary>Reads the deletion marks, and revives the content that is relied on. Call it once before anything else.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // The time before the listing counts: a mark added after that may be missing from it.
        var now = new ElapsedTime(timeProvider);
        _marked = await _marks.ListAsync(cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var digest in _marked.Where(_protected.Contains))
        {
            await _marks.ReviveAsync(digest, cancellationToken).ConfigureAwait(false);
        }

        _refreshed = now;
    }

    /// <summary>Notes that the event will name some content; call it before looking whether it is there. If it is marked, it is then either safe or
    /// gone.</summary>
    public async Task ProtectAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _protected.Add(digest);
        }

        if (_marked.Contains(digest))
        {
            await _marks.ReviveAsync(digest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Determines whether some content was marked at the last look, so that it may be gone although an event names it.</summary>
    public bool IsMarked(Sha256Digest digest) => _marked.Contains(digest);

    /// <summary>Makes sure that everything relied on is there and stays for half the shortest grace period, within which the fact is to be recorded.</summary>
    /// <exception cref="ProviderException">Something was deleted, because this took longer than a grace period, or is being deleted.</exception>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (IsRecent)
        {
            return;
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(_protected, ContentStore.InParallel(cancellationToken), ThrowIfGoneAsync).ConfigureAwait(false);

        // If that took long itself: what was there after a look stays until the next one, if that comes before the grace period ends.
        while (!IsRecent)
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ThrowIfGoneAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(ContentStore.PathOf(digest), cancellationToken).ConfigureAwait(false) is null)
        {
            throw new ProviderException(
                nameof(ContentStore),
                "write",
                isTransient: true,
                $"A garbage collection deleted the content {digest} before what names it was recorded: storing it all took longer than the collection's grace period. "
                + "Nothing was recorded. Try again, which stores only what is missing, and collect garbage with a longer grace period.");
        }
    }
}
