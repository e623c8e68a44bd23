using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Documents;

/// <summary>Manages the marker of a store, <c>mlops-store.json</c>, and the id that this process read from it.</summary>
/// <remarks>
/// <para>A store that is not mounted looks like an empty store. The marker distinguishes the two: after this process has read the marker, a
/// store without it, or with another id, is reported as unavailable, not as empty. Before that, an absent marker has no meaning: the store is
/// new, or was created before markers existed.</para>
/// <para>Thread-safe. There is one instance for each store object.</para>
/// </remarks>
internal sealed class StoreMarker
{
    private const int MaxSize = 1 << 16;

    /// <summary>The minimum interval between reads of the marker by background polling.</summary>
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

    /// <summary>Gets the id that this process read, or <see langword="null"/> if it has not read the marker.</summary>
    public Guid? Id => _seen?.Id;

    /// <summary>Gets the marker of a store.</summary>
    public static StoreMarker Of(IArtifactStore store) => s_markers.GetValue(store, static store => new StoreMarker(store));

    /// <summary>Reads the marker unless this process has read it already. Call this method after a record was found, which also confirms the
    /// store.</summary>
    public ValueTask EnsureReadAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (_seen is null)
        {
            return PollAsync(timeProvider, cancellationToken);
        }

        Interlocked.Exchange(ref _confirmed, timeProvider.GetTimestamp());
        return ValueTask.CompletedTask;
    }

    /// <summary>Confirms that the store has not been replaced. Call this method before relying on the absence of an artifact, and before a
    /// record is written.</summary>
    /// <exception cref="ProviderException">The marker is missing, or contains another id.</exception>
    /// <exception cref="DocumentFormatException">The marker cannot be read, or has a newer format.</exception>
    public Task ConfirmAsync(CancellationToken cancellationToken) => _isRead && _seen is null ? Task.CompletedTask : ReadAsync(cancellationToken);

    /// <inheritdoc cref="ConfirmAsync(CancellationToken)"/>
    /// <remarks>Background polling reads the marker at most once in ten seconds.</remarks>
    public ValueTask ConfirmAsync(TimeProvider timeProvider, CancellationToken cancellationToken) =>
        BackgroundPolling.IsActive && _seen is not null ? PollAsync(timeProvider, cancellationToken) : new ValueTask(ConfirmAsync(cancellationToken));

    /// <summary>Reads the marker, and confirms that the store has not been replaced.</summary>
    /// <returns>The marker, or <see langword="null"/> if the store has none and this process has not read one before.</returns>
    /// <exception cref="ProviderException">The marker is missing, or contains another id.</exception>
    /// <exception cref="DocumentFormatException">The marker cannot be read, or has a newer format.</exception>
    public async Task<StoreMarkerDocument?> ReadAsync(CancellationToken cancellationToken) =>
        _seen is { } known && _eTag is { } eTag && await IsUnchangedAsync(eTag, cancellationToken).ConfigureAwait(false)
            ? known
            : await ReadWholeAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="ReadAsync"/>
    /// <remarks>Always downloads and verifies the document.</remarks>
    public async Task<StoreMarkerDocument?> ReadWholeAsync(CancellationToken cancellationToken)
    {
        var before = _seen; // a marker that a concurrent call creates was absent when this call read the store
        var (found, eTag) = await ReadDocumentAsync(_store, Path, cancellationToken).ConfigureAwait(false);
        _isRead = true;
        if (found is not null)
        {
            Adopt(found);
            _eTag = eTag;
        }
        else if (before is { } seen)
        {
            throw Unavailable(
                $"it has no document '{Path}', which had the id {seen.Id} earlier in this process. "
                + "If the store was emptied on purpose, restart the process.");
        }

        return found;
    }

    /// <summary>Confirms that the store has not been replaced, at most once in ten seconds for all logs of the store.</summary>
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

    /// <summary>Confirms that a local folder was filled from this store, or from a store that was migrated to this store.</summary>
    /// <param name="id">The id of the store that is recorded in the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="ProviderException">The folder was filled from another store, or this store has no marker.</exception>
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

    /// <summary>Confirms that the store has not been replaced. If it contains records, also verifies once that conditional writes
    /// work.</summary>
    /// <exception cref="ProviderException">The store was replaced or is not mounted, or conditional writes do not work.</exception>
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
                // Credentials without write permission do not need conditional writes.
            }

            _isVerified = true;
        }
    }

    /// <summary>Creates the marker if the store has none. Call this method after <see cref="ConfirmAsync(CancellationToken)"/> and before the
    /// first record is written.</summary>
    /// <returns><see langword="true"/> if this call created the marker; otherwise, <see langword="false"/>.</returns>
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

    /// <summary>Deletes the marker that <see cref="EnsureAsync"/> created, unless another process has changed it since, and clears the state of
    /// this process.</summary>
    public async Task WithdrawAsync(CancellationToken cancellationToken)
    {
        var created = _eTag;
        Forget();
        if (await _store.FindAsync(Path, cancellationToken).ConfigureAwait(false) is { } info && info.ETag == created)
        {
            await _store.DeleteAsync(Path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Clears the state of this process, as if it had never read the marker.</summary>
    public void Forget()
    {
        (_seen, _eTag, _isRead, _isVerified) = (null, null, false, false);
        Interlocked.Exchange(ref _confirmed, long.MinValue);
    }

    /// <summary>Adds kinds of record to the marker. Does nothing if there is no marker.</summary>
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

    /// <summary>Adds the ids of a store that was copied to this store as a whole. Does nothing if a store has no marker.</summary>
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

    /// <summary>Reads the id of a marker at any path of a store.</summary>
    /// <returns>The id, or <see langword="null"/> if the artifact is not a marker.</returns>
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
            await probe.VerifyAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            // The marker exists, so this write must fail. A store that ignores the condition writes the existing content again.
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
            $"The artifact store does not support conditional writes: a write of '{Path}' on the condition that it is absent succeeded although it "
            + "exists. Concurrent writers would lose records. Use a store that passes ArtifactStoreConformance.");
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
                // Another process changed the marker.
            }
        }
    }

    /// <summary>Determines whether the marker is unchanged, with a conditional read that transfers no content in this case.</summary>
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
            throw new DocumentFormatException(path, $"its id is {found.Id}, which is not valid. {StoredDocument.Restore}");
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
                : throw Unavailable(
                    $"its document '{Path}' has the id {found.Id}; it had the id {seen.Id} earlier in this process. "
                    + "If the store was replaced on purpose, restart the process.");
        }
    }

    /// <summary>Creates the exception for an unavailable store. It is transient, because the store may be mounted again.</summary>
    private static ProviderException Unavailable(string detail) => new(
        nameof(StoreMarker),
        "find",
        isTransient: true,
        $"The artifact store is not mounted, or another store is mounted: {detail} Otherwise, mount the store, or correct {MlOpsOptions.SectionName}:Storage.");
}
