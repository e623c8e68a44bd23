using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Protects content from garbage collection until the event that references it is recorded.</summary>
/// <remarks>
/// Content that has no deletion mark when the marks are read is not deleted within the following grace period. For half of the grace period, no
/// further action is needed. After that, <see cref="ConfirmAsync"/> reads the marks again and checks that the content still exists.
/// </remarks>
internal sealed class ContentProtection(IArtifactStore store, TimeProvider timeProvider)
{
    private readonly DeletionMarks _marks = new(store, timeProvider);
    private readonly Lock _lock = new();
    private readonly HashSet<Sha256Digest> _protected = [];
    private HashSet<Sha256Digest> _marked = [];
    private ElapsedTime _refreshed = new(timeProvider);

    private bool IsRecent => _refreshed.Value < DeletionMarks.Validity;

    /// <summary>Reads the deletion marks, and revives the protected content that is marked. Call this method before any other.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // Take the time before the listing: marks that are added later may be missing from the listing.
        var now = new ElapsedTime(timeProvider);
        _marked = await _marks.ListAsync(cancellationToken).ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var digest in _marked.Where(_protected.Contains))
        {
            await _marks.ReviveAsync(digest, cancellationToken).ConfigureAwait(false);
        }

        _refreshed = now;
    }

    /// <summary>Protects content. Call this method before checking whether the content exists. Afterwards, marked content is either revived or
    /// deleted.</summary>
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

    /// <summary>Determines whether content was marked for deletion when the marks were last read. Such content may have been deleted although an
    /// event references it.</summary>
    public bool IsMarked(Sha256Digest digest) => _marked.Contains(digest);

    /// <summary>Checks that all protected content exists, and protects it for another half of the minimum grace period.</summary>
    /// <exception cref="ProviderException">Content was deleted because the grace period passed, or is being deleted.</exception>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (IsRecent)
        {
            return;
        }

        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(_protected, ContentStore.InParallel(cancellationToken), ThrowIfGoneAsync).ConfigureAwait(false);

        // Reading the marks may itself take long. Content stays if the next reading begins within the grace period.
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
                $"A garbage collection deleted the content {digest} before the event that references it was recorded, "
                + "because storing all content took longer than the grace period of the collection. Nothing was recorded. Try again, which stores only "
                + "the missing content, and increase the grace period.");
        }
    }
}
