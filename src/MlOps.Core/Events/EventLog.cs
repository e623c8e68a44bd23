using System.Runtime.CompilerServices;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>An append-only log of facts and the state they fold to, kept in a folder of an artifact store.</summary>
/// <remarks>
/// <para>Event 7 is the artifact <c>&lt;folder&gt;/log/00000000000000000007.json</c>, written only if absent: of any number of writers in any number of
/// processes one records number 7, and the others read it, decide again, and try 8. Each event holds the SHA-256 of the one before.</para>
/// <para>Thread-safe. Within a process, keep one log object for each folder: it remembers the state and reads only what is new.</para>
/// </remarks>
internal sealed class EventLog<TEvent, TState>(IArtifactStore store, ArtifactPath folder, EventLogSchema<TEvent, TState> schema, TimeProvider timeProvider)
    : IDisposable
{
    /// <summary>A checkpoint is written after every so many events, so that a cold start reads at most so many.</summary>
    public const int CheckpointInterval = 100;

    private const int MaxCheckpointSize = 256 << 20;
    private readonly StoreMarker _marker = StoreMarker.Of(store);
    private readonly EventLogReader<TEvent> _events = new(store, folder, schema.EventType);
    private readonly ArtifactPath _checkpoint = folder.Append("checkpoint.json");
    private readonly SemaphoreSlim _turn = new(1);
    private LogSnapshot<TState>? _snapshot;

    /// <summary>Reads what is new and folds it. Where nothing is, that costs one small request.</summary>
    /// <returns>The newest state.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read.</exception>
    /// <exception cref="ProviderException">Nothing new is found, because the store is not mounted or is another store.</exception>
    public async Task<LogSnapshot<TState>> CatchUpAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _snapshot?.Sequence ?? 0;
            var snapshot = await CatchUpInTurnAsync(cancellationToken).ConfigureAwait(false);
            await ConfirmAsync(before, snapshot.Sequence, cancellationToken).ConfigureAwait(false);
            return snapshot;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Records a fact that is decided on the newest state, deciding again as often as another writer is first.</summary>
    /// <param name="decide">Makes the fact, or throws to refuse; called again for each newer state.</param>
    /// <param name="actor">Who records it.</param>
    /// <param name="cancellationToken">Cancels before the fact is written.</param>
    /// <returns>The fact as it was recorded, and the log after it.</returns>
    /// <exception cref="ArgumentException">The fact is too large to be read again.</exception>
    /// <exception cref="ProviderException">The store is not mounted or is another store. Nothing was recorded.</exception>
    public async Task<(RecordedEvent<TEvent> Recorded, LogSnapshot<TState> After)> AppendAsync(
        Func<LogSnapshot<TState>, TEvent> decide, string actor, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var confirming = _marker.ConfirmAsync(cancellationToken);
            while (true)
            {
                var catchingUp = CatchUpInTurnAsync(cancellationToken);
                await Task.WhenAll(confirming, catchingUp).ConfigureAwait(false);
                var before = await catchingUp.ConfigureAwait(false);
                var document = new EventDocument<TEvent>
                {
                    Format = StoredDocument.Format,
                    Sequence = before.Sequence + 1,
                    Previous = before.Digest,
                    Nonce = Guid.NewGuid(),
                    Time = timeProvider.GetUtcNow(),
                    Actor = actor,
                    Event = decide(before),
                };
                await _marker.EnsureAsync(cancellationToken).ConfigureAwait(false);
                if (await TryRecordAsync(document, cancellationToken).ConfigureAwait(false) is { } recorded)
                {
                    _snapshot = Fold(before, recorded);
                    await NoteKindAsync().ConfigureAwait(false);
                    await WriteCheckpointIfDueAsync(_snapshot).ConfigureAwait(false);
                    return (recorded, _snapshot);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads all events in order, each checked against the one before.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events.</returns>
    /// <exception cref="ProviderException">There is none, because the store is not mounted or is another store.</exception>
    public async IAsyncEnumerable<RecordedEvent<TEvent>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = 0L;
        await foreach (var recorded in _events.ReadAfterAsync(0, null, cancellationToken).ConfigureAwait(false))
        {
            last = recorded.Document.Sequence;
            yield return recorded;
        }

        await ConfirmAsync(0, last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the whole log anew and finds whatever was changed, removed or moved.</summary>
    /// <returns>The number of events, all of them sound.</returns>
    /// <exception cref="ArtifactIntegrityException">An event is not what was recorded; it says which.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read; it says which.</exception>
    public async Task<long> VerifyAsync(CancellationToken cancellationToken = default)
    {
        var count = 0L;
        await foreach (var _ in ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            count++;
        }

        var after = count == 0 ? null : _events.PathOf(count);
        await foreach (var entry in store.ListAsync(_events.Folder, after, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path != _events.PathOf(count + 1))
            {
                throw new ArtifactIntegrityException(
                    _events.PathOf(count + 1), expected: null, actual: null, $"The event is missing from its log; '{entry.Path}' is there.");
            }

            break; // recorded meanwhile
        }

        return count;
    }

    /// <summary>Releases what the log waits with; the store stays open.</summary>
    public void Dispose() => _turn.Dispose();

    private async Task<LogSnapshot<TState>> CatchUpInTurnAsync(CancellationToken cancellationToken)
    {
        var snapshot = _snapshot ?? await ReadCheckpointAsync(cancellationToken).ConfigureAwait(false) ?? new LogSnapshot<TState>(0, null, schema.Empty);
        await foreach (var recorded in _events.ReadAfterAsync(snapshot.Sequence, snapshot.Digest, cancellationToken).ConfigureAwait(false))
        {
            snapshot = Fold(snapshot, recorded);
        }

        return _snapshot = snapshot;
    }

    /// <summary>Confirms that the store is the one that it was, before an absent event is taken for the end of the log.</summary>
    private async Task ConfirmAsync(long before, long last, CancellationToken cancellationToken)
    {
        if (last == 0)
        {
            await _marker.ConfirmAsync(timeProvider, cancellationToken).ConfigureAwait(false);
        }
        else if (last == before)
        {
            await _marker.PollAsync(timeProvider, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _marker.NoteAsync(timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notes the kind of record in the marker. The event is recorded already, so no failure of this is an error of the caller. The next event notes
    /// it again.</summary>
    private async Task NoteKindAsync()
    {
        try
        {
            await _marker.NoteAsync(timeProvider, CancellationToken.None).ConfigureAwait(false);
            await _marker.AddKindsAsync([EventPath.KindOf(folder)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The event is stored. An exception here would make the caller record it again.
        }
    }

    private async Task<RecordedEvent<TEvent>?> TryRecordAsync(EventDocument<TEvent> document, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, schema.EventType);
        if (bytes.Length > EventLogReader<TEvent>.MaxEventSize)
        {
            throw new ArgumentException(
                $"What is to be recorded in '{folder}' has {bytes.Length} bytes as JSON, and may have {EventLogReader<TEvent>.MaxEventSize}. Record less at a time, or put it into a file. Nothing was recorded.");
        }

        var digest = Sha256Digest.Of(bytes);
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = StoredDocument.ContentType, ExpectedSha256 = digest };
        try
        {
            await store.WriteBytesAsync(_events.PathOf(document.Sequence), bytes, options, cancellationToken).ConfigureAwait(false);
            return new RecordedEvent<TEvent>(document, digest);
        }
        catch (ArtifactExistsException)
        {
            return null;
        }
    }

    private LogSnapshot<TState> Fold(LogSnapshot<TState> before, RecordedEvent<TEvent> recorded) =>
        new(recorded.Document.Sequence, recorded.Digest, schema.Apply(before.State, recorded.Document));

    /// <summary>The event is recorded whatever becomes of the checkpoint, so its failure is nobody's error and the caller's cancellation does not apply.</summary>
    private async Task WriteCheckpointIfDueAsync(LogSnapshot<TState> snapshot)
    {
        if (snapshot.Sequence % CheckpointInterval != 0)
        {
            return;
        }

        var document = new CheckpointDocument<TState>
        {
            Format = StoredDocument.Format,
            Sequence = snapshot.Sequence,
            Digest = snapshot.Digest!.Value,
            State = snapshot.State,
        };
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(document, schema.CheckpointType);
            await store.WriteBytesAsync(_checkpoint, bytes, new ArtifactWriteOptions { ContentType = StoredDocument.ContentType }).ConfigureAwait(false);
        }
        catch (MlOpsException)
        {
        }
    }

    /// <summary>A checkpoint that cannot be read, or whose event is not in the log, is as good as none.</summary>
    private async Task<LogSnapshot<TState>?> ReadCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await StoredDocument.TryReadAsync(store, _checkpoint, MaxCheckpointSize, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                var document = StoredDocument.Parse(_checkpoint, bytes, schema.CheckpointType);
                var recorded = await StoredDocument.TryReadAsync(store, _events.PathOf(document.Sequence), MaxCheckpointSize, cancellationToken).ConfigureAwait(false);
                if (recorded is not null && Sha256Digest.Of(recorded) == document.Digest)
                {
                    return new LogSnapshot<TState>(document.Sequence, document.Digest, document.State);
                }
            }
        }
        catch (Exception exception) when (exception is DocumentFormatException or ArtifactIntegrityException or ArtifactConflictException or ArgumentException)
        {
        }

        return null;
    }
}
