using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>The marker of a store, <c>mlops-store.json</c>, and the id that this process has read from it.</summary>
/// <remarks>
/// <para>A store that is not mounted looks like an empty one. The marker tells them apart: once this process has read it, a store without it, or with the marker of
/// another store, is unavailable and not empty. Until then an absent marker means nothing: the store is new, or older than markers.</para>
/// <para>Thread-safe. There is one instance for each store object.</para>
/// </remarks>
internal sealed class StoreMarker
{
    private const int MaxSize = 1 << 16;

    /// <summary>How often polling reads the marker: a store that is not mounted has nothing new either.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private static readonly ConditionalWeakTable<IArtifactStore, StoreMarker> s_markers = [];
    private readonly IArtifactStore _store;
    private volatile StoreMarkerDocument? _seen;
    private volatile string? _eTag;
    private volatile bool _isRead;
    private volatile bool _isVerified;
    private long _confirmed = long.MinValue;

    private StoreMarker(IArtifactStore store) => _store = store;

    /// <summary>Gets the path of the marker.</summary>
    public static ArtifactPath Path { get; } = ArtifactPath.Parse("mlops-store.json");

    /// <summary>Gets the id that this process has read, or <see langword="null"/> if it has read none.</summary>
    public Guid? Id => _seen?.Id;

    /// <summary>Gets the marker of a store.</summary>
    public static StoreMarker Of(IArtifactStore store) => s_markers.GetValue(store, static store => new StoreMarker(store));

    /// <summary>Reads the marker if it is not known yet. Call it when a record was found, which confirms the store too.</summary>
    public ValueTask EnsureReadAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (_seen is null)
        {
            return PollAsync(timeProvider, cancellationToken);
        }

        Interlocked.Exchange(ref _confirmed, timeProvider.GetTimestamp());
        return ValueTask.CompletedTask;
    }

    /// <summary>Confirms that this is the store that it was. Call it before anything is concluded from the absence of an artifact, and before a record is written.</summary>
    /// <exception cref="ProviderException">The marker is gone, or is the marker of another store.</exception>
    /// <exception cref="DocumentFormatException">The marker cannot be read, or has a newer format.</exception>
    public Task ConfirmAsync(CancellationToken cancellationToken) => _isRead && _seen is null ? Task.CompletedTask : ReadAsync(cancellationToken);

    /// <inheritdoc cref="ConfirmAsync(CancellationToken)"/>
    /// <remarks>Background polling reads the marker at most once in ten seconds.</remarks>
    public ValueTask ConfirmAsync(TimeProvider timeProvider, CancellationToken cancellationToken) =>
        BackgroundPolling.IsActive && _seen is not null ? PollAsync(timeProvider, cancellationToken) : new ValueTask(ConfirmAsync(cancellationToken));

    /// <summary>Reads the marker, and confirms that this is the store that it was.</summary>
    /// <returns>The marker, or <see langword="null"/> if the store has none and never had one in this process.</returns>
    /// <exception cref="ProviderException">The marker is gone, or is the marker of another store.</exception>
    /// <exception cref="DocumentFormatException">The marker cannot be read, or has a newer format.</exception>
    public async Task<StoreMarkerDocument?> ReadAsync(CancellationToken cancellationToken) =>
        _seen is { } known && _eTag is { } eTag && await IsUnchangedAsync(eTag, cancellationToken).ConfigureAwait(false)
            ? known
            : await ReadWholeAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="ReadAsync"/>
    /// <remarks>Verifies the bytes in any case.</remarks>
    public async Task<StoreMarkerDocument?> ReadWholeAsync(CancellationToken cancellationToken)
    {
        var before = _seen; // a marker that another call creates meanwhile was not there when this call read
        var (found, eTag) = await ReadDocumentAsync(_store, Path, cancellationToken).ConfigureAwait(false);
        _isRead = true;
        if (found is not null)
        {
            Adopt(found);
            _eTag = eTag;
        }
        else if (before is { } seen)
        {
            throw Unavailable($"it has no document '{Path}', which had the id {seen.Id} earlier in this process. If the store was emptied on purpose, restart the process.");
        }

        return found;
    }

    /// <summary>Confirms that this is the store that it was, at most once in ten seconds, however many logs of the store are looked at.</summary>
    public ValueTask PollAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var last = Interlocked.Read(ref _confirmed);
        var now = timeProvider.GetTimestamp();
        return last != long.MinValue && timeProvider.GetElapsedTime(last, now) < s_interval ? ValueTask.CompletedTask : ReadAtAsync();

        async ValueTask ReadAtAsync()
        {
            await ReadAsync(cancellationToken).ConfigureAwait(false);
            Interlocked.Exchange(ref _confirmed, now);
        }
    }

    /// <summary>Confirms that this is the store from which a folder on the local disk was filled, or one to which that store was migrated.</summary>
    /// <param name="id">The id that the folder remembers.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ProviderException">It is another store, or none.</exception>
    public async Task ThrowIfNotAsync(Guid id, string folder, CancellationToken cancellationToken)
    {
        if (_seen is null)
        {
            await ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        var remedy = $"the id {id} when the folder '{folder}' was filled from it. If the store was replaced on purpose, delete that folder.";
        if (_seen is not { } seen)
        {
            throw Unavailable($"it has no document '{Path}', which had {remedy}");
        }

        if (seen.Id != id && !seen.CopiedFrom.Contains(id))
        {
            throw Unavailable($"its document '{Path}' has the id {seen.Id}; it had {remedy}");
        }
    }

    /// <summary>Checks that this is the store that it was, and where records are kept, once that conditional writes work.</summary>
    /// <exception cref="ProviderException">It is another store or none, or conditional writes do not work.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } found && !_isVerified)
        {
            try
            {
                await VerifyConditionsAsync(found, cancellationToken).ConfigureAwait(false);
            }
            catch (ArtifactAccessDeniedException)
            {
                // Credentials that cannot write need no conditional writes.
            }

            _isVerified = true;
        }
    }

    /// <summary>Creates the marker if the store has none. Call it after <see cref="ConfirmAsync(CancellationToken)"/> and before the first record is written.</summary>
    /// <returns>Whether this call created it.</returns>
    public async ValueTask<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        while (_seen is null)
        {
            var created = new StoreMarkerDocument { Format = StoredDocument.Format, Id = Guid.NewGuid() };
            try
            {
                var written = await WriteAsync(created, WriteCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
                Adopt(created);
                _eTag = written.ETag;
                return true;
            }
            catch (ArtifactExistsException)
            {
                await ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return false;
    }

    /// <summary>Deletes the marker that <see cref="EnsureAsync"/> created, unless another process has changed it since, and forgets it.</summary>
    public async Task WithdrawAsync(CancellationToken cancellationToken)
    {
        var created = _eTag;
        Forget();
        if (await _store.FindAsync(Path, cancellationToken).ConfigureAwait(false) is { } info && info.ETag == created)
        {
            await _store.DeleteAsync(Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets the marker, as if this process had never read it.</summary>
    public void Forget()
    {
        (_seen, _eTag, _isRead, _isVerified) = (null, null, false, false);
        Interlocked.Exchange(ref _confirmed, long.MinValue);
    }

    /// <summary>Notes in the marker that the store has records of some kinds. Without a marker it does nothing.</summary>
    public Task AddKindsAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken) => _seen is { } seen && kinds.All(seen.Kinds.Contains)
        ? Task.CompletedTask
        : ChangeAsync(
            found => new StoreMarkerDocument
            {
                Format = found.Format,
                Id = found.Id,
                Kinds = [.. found.Kinds.Union(kinds, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                CopiedFrom = found.CopiedFrom,
            },
            cancellationToken);

    /// <summary>Notes in the marker that another store was copied to this one as a whole. Without markers it does nothing.</summary>
    public Task AddOriginAsync(StoreMarker source, CancellationToken cancellationToken)
    {
        var origins = source._seen is { } origin ? origin.CopiedFrom.Append(origin.Id).ToArray() : [];
        return _seen is { } seen && origins.All(seen.CopiedFrom.Contains)
            ? Task.CompletedTask
            : ChangeAsync(
                found => new StoreMarkerDocument
                {
                    Format = found.Format,
                    Id = found.Id,
                    Kinds = found.Kinds,
                    CopiedFrom = [.. found.CopiedFrom.Union(origins).Where(id => id != found.Id)],
                },
                cancellationToken);
    }

    /// <summary>Reads the id of a marker anywhere in a store.</summary>
    /// <returns>The id, or <see langword="null"/> if the artifact is no marker.</returns>
    public static async Task<Guid?> ReadIdAsync(IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadDocumentAsync(store, path, cancellationToken).ConfigureAwait(false)).Document?.Id;
        }
        catch (DocumentFormatException)
        {
            return null;
        }
    }

    private async Task VerifyConditionsAsync(StoreMarkerDocument found, CancellationToken cancellationToken)
    {
        if (_store.GetService(typeof(IConditionProbe)) is IConditionProbe probe)
        {
            await probe.ProveAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            // The marker is there, so this is refused. A store that ignores the condition writes what is there already.
            await WriteAsync(found, WriteCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactExistsException)
        {
            return;
        }

        throw new ProviderException(
            nameof(StoreMarker),
            "write",
            isTransient: false,
            $"The artifact store does not honor conditional writes: it wrote '{Path}' on condition that it was absent, although it was there. Records would be lost. Use a store that passes ArtifactStoreConformance.");
    }

    private async Task ChangeAsync(Func<StoreMarkerDocument, StoreMarkerDocument> change, CancellationToken cancellationToken)
    {
        while (await _store.FindAsync(Path, cancellationToken).ConfigureAwait(false) is { } info
            && await ReadAsync(cancellationToken).ConfigureAwait(false) is { } found)
        {
            try
            {
                var changed = change(found);
                var written = await WriteAsync(changed, WriteCondition.IfMatch(info.ETag), cancellationToken).ConfigureAwait(false);
                (_seen, _eTag) = (changed, written.ETag);
                return;
            }
            catch (ArtifactConflictException)
            {
                // Another process changed the marker meanwhile.
            }
        }
    }

    /// <summary>Asks for the marker on condition that it has changed, which transfers nothing where it has not.</summary>
    private async Task<bool> IsUnchangedAsync(string eTag, CancellationToken cancellationToken)
    {
        try
        {
            var changed = await _store.OpenReadAsync(Path, new ArtifactReadOptions { IfNoneMatch = eTag }, cancellationToken).ConfigureAwait(false);
            if (changed is null)
            {
                return true;
            }

            await changed.DisposeAsync().ConfigureAwait(false);
            return false;
        }
        catch (ArtifactNotFoundException)
        {
            return false;
        }
    }

    private static async Task<(StoreMarkerDocument? Document, string? ETag)> ReadDocumentAsync(
        IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken)
    {
        ArtifactContent content;
        try
        {
            content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactNotFoundException)
        {
            return (null, null);
        }

        var bytes = await StoredDocument.ReadAsync(content, MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var found = StoredDocument.Parse(path, bytes, StoreJson.Default.StoreMarkerDocument);
        if (found.Id == Guid.Empty)
        {
            throw new DocumentFormatException(path, $"its id is {found.Id}, which identifies no store. {StoredDocument.Restore}");
        }

        return found.Kinds.Any(string.IsNullOrEmpty)
            ? throw new DocumentFormatException(path, $"a kind of record in it is null or empty. {StoredDocument.Restore}")
            : (found, content.Info.ETag);
    }

    private Task<ArtifactWriteResult> WriteAsync(StoreMarkerDocument document, WriteCondition condition, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, StoreJson.Default.StoreMarkerDocument);
        var options = new ArtifactWriteOptions { Condition = condition, ContentType = StoredDocument.ContentType, ExpectedSha256 = Sha256Digest.Of(bytes) };
        return _store.WriteBytesAsync(Path, bytes, options, cancellationToken);
    }

    private void Adopt(StoreMarkerDocument found)
    {
        if (Interlocked.CompareExchange(ref _seen, found, null) is { } seen)
        {
            _seen = seen.Id == found.Id
                ? found
                : throw Unavailable($"its document '{Path}' has the id {found.Id}; it had the id {seen.Id} earlier in this process. If the store was replaced on purpose, restart the process.");
        }
    }

    /// <summary>A store that is mounted again works again, so the failure is transient.</summary>
    private static ProviderException Unavailable(string detail) => new(
        nameof(StoreMarker),
        "find",
        isTransient: true,
        $"The artifact store is not mounted, or it is another store: {detail} Otherwise mount the store, or correct {MlOpsOptions.SectionName}:Storage.");
}
