using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>An append-only log of events in a folder of an artifact store. The state is the fold of the events.</summary>
/// <remarks>
/// <para>Event 7 is the artifact <c>&lt;folder&gt;/log/00000000000000000007.json</c>, which is written only if absent. If several writers
/// compete for number 7, one succeeds. The others read event 7, decide again and try number 8. Each event contains the SHA-256 digest of the
/// previous event.</para>
/// <para>Thread-safe. Within a process, keep one log object for each folder: it caches the state and reads only new events.</para>
/// <para>A checkpoint is a cache that shortens the first read. <see cref="ReplayAsync"/> uses the events alone.</para>
/// </remarks>
internal sealed partial class EventLog<TEvent, TState>(
    IArtifactStore store, ArtifactPath folder, EventLogSchema<TEvent, TState> schema, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    /// <summary>The number of events between checkpoints, and therefore the maximum number of events that a first read replays.</summary>
    public const int CheckpointInterval = 100;

    private readonly StoreMarker _marker = StoreMarker.Of(store);
    private readonly EventLogReader<TEvent> _events = new(store, folder, schema.EventType);
    private readonly LogCheckpoint<TState> _checkpoint = new(store, folder.Append(schema.CheckpointName), schema.CheckpointType, logger);
    private readonly SemaphoreSlim _lock = new(1);
    private LogSnapshot<TState>? _snapshot;

    /// <summary>The newest event that this process wrote or confirmed, with its ETag.</summary>
    private (long Sequence, string ETag)? _newest;

    private LogSnapshot<TState> Empty { get; } = new(0, null, schema.Empty);

    /// <summary>Reads the new events and applies them to the state. If there is none, this costs one small request.</summary>
    /// <returns>The newest state.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read.</exception>
    /// <exception cref="ProviderException">There is no new event because the store is not mounted, or another store is mounted.</exception>
    public async Task<LogSnapshot<TState>> CatchUpAsync(CancellationToken cancellationToken = default)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = _snapshot?.Sequence ?? 0;
            var snapshot = await CatchUpLockedAsync(cancellationToken).ConfigureAwait(false);
            await ConfirmStoreAsync(before, snapshot.Sequence, cancellationToken).ConfigureAwait(false);
            return snapshot;
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Reads the newest state, and confirms that the store has not been replaced. If there is no new event, this costs one
    /// listing.</summary>
    /// <inheritdoc cref="CatchUpAsync"/>
    public async Task<LogSnapshot<TState>> ConfirmAsync(CancellationToken cancellationToken = default)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ConfirmLockedAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    /// <summary>Appends the first event of a new log. The folder must have a random name, so that no other log can exist. This costs one
    /// request.</summary>
    /// <remarks>The caller must have confirmed the store.</remarks>
    /// <param name="newEvent">The event.</param>
    /// <param name="actor">The actor of the event.</param>
    /// <param name="cancellationToken">A token that cancels the call before the event is written.</param>
    /// <returns>The log after the event.</returns>
    /// <exception cref="ArgumentException">The event is too large.</exception>
    public async Task<LogSnapshot<TState>> CreateAsync(TEvent newEvent, string actor, CancellationToken cancellationToken = default) => (await AppendAsync(
        before => before.Sequence == 0 ? newEvent : throw new InvalidOperationException($"The folder '{folder}' already contains a log."),
        actor,
        announceAsync: null,
        isNew: true,
        cancellationToken).ConfigureAwait(false)).After;

    /// <inheritdoc cref="AppendAsync(Func{LogSnapshot{TState}, TEvent}, string, Func{long, Task}, CancellationToken)"/>
    public Task<(RecordedEvent<TEvent> Recorded, LogSnapshot<TState> After)> AppendAsync(
        Func<LogSnapshot<TState>, TEvent> decide, string actor, CancellationToken cancellationToken = default) =>
        AppendAsync(decide, actor, announceAsync: null, cancellationToken);

    /// <summary>Appends an event that is decided on the newest state. If another writer appends first, the event is decided again.</summary>
    /// <param name="decide">Creates the event, or throws to reject the change. Called again for each newer state.</param>
    /// <param name="actor">The actor of the event.</param>
    /// <param name="announceAsync">Called with the sequence number before each attempt to write the event. If it fails, the event is not
    /// written.</param>
    /// <param name="cancellationToken">A token that cancels the call before the event is written.</param>
    /// <returns>The event as it was stored, and the log after the event.</returns>
    /// <exception cref="ArgumentException">The event is too large.</exception>
    /// <exception cref="ArtifactIntegrityException">The newest event that this process read was removed or replaced, for example because an
    /// older copy of the store was restored. Nothing was recorded.</exception>
    /// <exception cref="ProviderException">The store is not mounted, or another store is mounted. Nothing was recorded.</exception>
    public async Task<(RecordedEvent<TEvent> Recorded, LogSnapshot<TState> After)> AppendAsync(
        Func<LogSnapshot<TState>, TEvent> decide, string actor, Func<long, Task>? announceAsync, CancellationToken cancellationToken) =>
        await AppendAsync(decide, actor, announceAsync, isNew: false, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the events after a known state, up to a sequence number, and applies them. The cached state is neither used nor
    /// changed.</summary>
    /// <param name="known">The known state.</param>
    /// <param name="last">The sequence number of the last event to read.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The state after the last event that was read.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved, or the known state does not belong to this
    /// log.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read.</exception>
    public async Task<LogSnapshot<TState>> ReadForwardAsync(LogSnapshot<TState> known, long last, CancellationToken cancellationToken = default)
    {
        var snapshot = known;
        await foreach (var recorded in _events.ReadAfterAsync(known.Sequence, known.Digest, last, cancellationToken).ConfigureAwait(false))
        {
            snapshot = Fold(snapshot, recorded);
        }

        return snapshot;
    }

    /// <summary>Reads the events after a sequence number in order, and verifies the digest of the previous event in each.</summary>
    /// <param name="after">The sequence number of the last known event; 0 for none.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The events.</returns>
    /// <exception cref="ProviderException">There is no event because the store is not mounted, or another store is mounted.</exception>
    public async IAsyncEnumerable<RecordedEvent<TEvent>> ReadAsync(
        long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = after;
        var known = after == 0 ? null : await TryReadEventAsync(after, cancellationToken).ConfigureAwait(false);
        Sha256Digest? previous = known is null ? null : Sha256Digest.Of(known);
        await foreach (var recorded in _events.ReadAfterAsync(after, previous, cancellationToken).ConfigureAwait(false))
        {
            last = recorded.Document.Sequence;
            yield return recorded;
        }

        await ConfirmStoreAsync(0, last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads only the last event, without verifying the earlier ones. This costs two requests.</summary>
    /// <returns>The event, or <see langword="null"/> if there is none.</returns>
    public async Task<RecordedEvent<TEvent>?> ReadLastAsync(CancellationToken cancellationToken = default)
    {
        var last = await _events.ReadLastAsync(cancellationToken).ConfigureAwait(false);
        await ConfirmStoreAsync(0, last?.Document.Sequence ?? 0, cancellationToken).ConfigureAwait(false);
        return last;
    }

    /// <summary>Computes the state from all events, without the checkpoint and the cached state, and compares the checkpoint with it.</summary>
    /// <remarks>This costs one request for the checkpoint, one for each event, and one listing that detects events after a gap.</remarks>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The state, and the fault of the checkpoint, if any.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the event.</exception>
    public async Task<LogReplay<TState>> ReplayAsync(CancellationToken cancellationToken = default)
    {
        var (checkpoint, fault) = await _checkpoint.TryReadAsync(cancellationToken).ConfigureAwait(false);
        var snapshot = Empty;
        await foreach (var recorded in ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            snapshot = Fold(snapshot, recorded);
            if (checkpoint?.Sequence == snapshot.Sequence && (checkpoint.Digest != snapshot.Digest || !_checkpoint.HasState(checkpoint, snapshot.State)))
            {
                fault = new DocumentFormatException(
                    _checkpoint.Path,
                    $"it does not match the events up to {checkpoint.Sequence}. Delete it: it is a cache, and the state is computed from the events.");
            }
        }

        if (checkpoint?.Sequence > snapshot.Sequence)
        {
            throw new ArtifactIntegrityException(
                _events.PathOf(snapshot.Sequence + 1),
                expected: null,
                actual: null,
                $"The event is missing: the log ends at event {snapshot.Sequence}, but '{_checkpoint.Path}' contains the state after event "
                + $"{checkpoint.Sequence}. Restore the missing events from a copy.");
        }

        await _events.ThrowIfGapAsync(snapshot.Sequence, cancellationToken).ConfigureAwait(false);
        return new LogReplay<TState>(snapshot, fault);
    }

    /// <summary>Releases the lock. The store stays open.</summary>
    public void Dispose() => _lock.Dispose();

    private async Task<(RecordedEvent<TEvent> Recorded, LogSnapshot<TState> After)> AppendAsync(
        Func<LogSnapshot<TState>, TEvent> decide, string actor, Func<long, Task>? announceAsync, bool isNew, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = isNew ? Empty : await ConfirmLockedAsync(cancellationToken).ConfigureAwait(false);
            while (true)
            {
                var document = CreateDocument(before, decide(before), actor);
                var bytes = Serialize(document);
                await _marker.EnsureAsync(cancellationToken).ConfigureAwait(false);
                await (announceAsync?.Invoke(document.Sequence) ?? Task.CompletedTask).ConfigureAwait(false);
                if (await TryAppendAsync(before, document, bytes, cancellationToken).ConfigureAwait(false) is { } appended)
                {
                    return appended;
                }

                before = await CatchUpLockedAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task<LogSnapshot<TState>> CatchUpLockedAsync(CancellationToken cancellationToken)
    {
        var snapshot = _snapshot ?? await ReadCheckpointAsync(cancellationToken).ConfigureAwait(false) ?? Empty;
        await foreach (var recorded in _events.ReadAfterAsync(snapshot.Sequence, snapshot.Digest, cancellationToken).ConfigureAwait(false))
        {
            snapshot = Fold(snapshot, recorded);
        }

        return _snapshot = snapshot;
    }

    private async Task<LogSnapshot<TState>> ConfirmLockedAsync(CancellationToken cancellationToken)
    {
        if (_snapshot is { Sequence: > 0 } known && _newest is { ETag: { } eTag } newest && newest.Sequence == known.Sequence
            && await _events.IsNewestAsync(known.Sequence, eTag, cancellationToken).ConfigureAwait(false))
        {
            await _marker.EnsureReadAsync(timeProvider, cancellationToken).ConfigureAwait(false);
            return known;
        }

        var confirming = Task.WhenAll(_marker.ConfirmAsync(cancellationToken), ThrowIfReplacedAsync(_snapshot, cancellationToken));
        var catchingUp = CatchUpLockedAsync(cancellationToken);
        await Task.WhenAll(confirming, catchingUp).ConfigureAwait(false);
        return await catchingUp.ConfigureAwait(false);
    }

    /// <summary>Throws if the newest event that this process read is missing or was replaced.</summary>
    private async Task ThrowIfReplacedAsync(LogSnapshot<TState>? known, CancellationToken cancellationToken)
    {
        if (known is not { Sequence: > 0, Digest: { } expected })
        {
            return;
        }

        var path = _events.PathOf(known.Sequence);
        var bytes = await StoredDocument.TryReadAsync(store, path, EventLogReader<TEvent>.MaxEventSize, cancellationToken).ConfigureAwait(false);
        var actual = bytes is null ? (Sha256Digest?)null : Sha256Digest.Of(bytes);
        if (actual != expected)
        {
            await _marker.ConfirmAsync(cancellationToken).ConfigureAwait(false); // if the store is not mounted, report that instead
            throw new ArtifactIntegrityException(
                path,
                expected,
                actual,
                $"Event {known.Sequence} of '{folder}', which this process has read, {(bytes is null ? "is missing" : "was replaced")}: "
                + "an older copy of the store was restored, or the log was altered. Nothing was recorded. "
                + "Restore the newest copy, or restart the process to continue from the state in the store.");
        }
    }

    /// <summary>Confirms that the store has not been replaced, so that an absent event is the end of the log.</summary>
    private async Task ConfirmStoreAsync(long before, long last, CancellationToken cancellationToken)
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
            await _marker.EnsureReadAsync(timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds the kind of record to the store marker. Best effort; failures are logged, and the next event adds the kind again.</summary>
    private async Task UpdateMarkerAsync()
    {
        try
        {
            await _marker.EnsureReadAsync(timeProvider, CancellationToken.None).ConfigureAwait(false);
            await _marker.AddKindsAsync([EventPath.KindOf(folder)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The event is stored. An exception here would make the caller record it again.
            LogMarkerNotUpdated(logger, StoreMarker.Path, EventPath.KindOf(folder), exception);
        }
    }

    private byte[] Serialize(EventDocument<TEvent> document)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, schema.EventType);
        if (bytes.Length > EventLogReader<TEvent>.MaxEventSize)
        {
            throw new ArgumentException(
                $"The event for '{folder}' has {bytes.Length} bytes as JSON. The maximum is {EventLogReader<TEvent>.MaxEventSize} bytes. Record less at "
                + "a time, or store the data in a file. Nothing was recorded.");
        }

        return bytes;
    }

    private EventDocument<TEvent> CreateDocument(LogSnapshot<TState> before, TEvent newEvent, string actor) => new()
    {
        Format = StoredDocument.Format,
        Sequence = before.Sequence + 1,
        Previous = before.Digest,
        Nonce = Guid.NewGuid(),
        Time = timeProvider.GetUtcNow(),
        Actor = actor,
        Event = newEvent,
    };

    /// <summary>Writes an event unless another writer has written an event with the same sequence number.</summary>
    private async Task<(RecordedEvent<TEvent> Recorded, LogSnapshot<TState> After)?> TryAppendAsync(
        LogSnapshot<TState> before, EventDocument<TEvent> document, byte[] bytes, CancellationToken cancellationToken)
    {
        var digest = Sha256Digest.Of(bytes);
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = StoredDocument.ContentType, ExpectedSha256 = digest };
        try
        {
            var written = await store.WriteBytesAsync(_events.PathOf(document.Sequence), bytes, options, cancellationToken).ConfigureAwait(false);
            _newest = (document.Sequence, written.ETag);
        }
        catch (ArtifactExistsException)
        {
            return null;
        }

        var recorded = new RecordedEvent<TEvent>(document, digest);
        _snapshot = Fold(before, recorded);
        await UpdateMarkerAsync().ConfigureAwait(false);
        if (_snapshot.Sequence % CheckpointInterval == 0 || schema.ShouldWriteCheckpoint(_snapshot.State))
        {
            await _checkpoint.WriteAsync(_snapshot).ConfigureAwait(false);
        }

        return (recorded, _snapshot);
    }

    private LogSnapshot<TState> Fold(LogSnapshot<TState> before, RecordedEvent<TEvent> recorded) =>
        new(recorded.Document.Sequence, recorded.Digest, schema.Apply(before.State, recorded.Document));

    /// <summary>Reads the checkpoint. A checkpoint that cannot be read, or does not match its event, is logged and ignored.</summary>
    private async Task<LogSnapshot<TState>?> ReadCheckpointAsync(CancellationToken cancellationToken)
    {
        var (document, fault) = await _checkpoint.TryReadAsync(cancellationToken).ConfigureAwait(false);
        if (document is not null)
        {
            var recorded = await TryReadEventAsync(document.Sequence, cancellationToken).ConfigureAwait(false);
            if (recorded is not null && Sha256Digest.Of(recorded) == document.Digest)
            {
                return new LogSnapshot<TState>(document.Sequence, document.Digest, document.State);
            }

            fault = new DocumentFormatException(_checkpoint.Path, $"its event {document.Sequence} is not in the log.");
        }

        if (fault is not null)
        {
            LogCheckpointNotUsed(logger, _checkpoint.Path, fault);
        }

        return null;
    }

    /// <summary>Reads the event of a checkpoint. If the event is damaged, reading the log from the beginning reports it.</summary>
    private async Task<byte[]?> TryReadEventAsync(long sequence, CancellationToken cancellationToken)
    {
        try
        {
            var path = _events.PathOf(sequence);
            return await StoredDocument.TryReadAsync(store, path, EventLogReader<TEvent>.MaxEventSize, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is DocumentFormatException or ArtifactIntegrityException or ArtifactConflictException)
        {
            return null;
        }
    }

    [LoggerMessage(300, LogLevel.Warning,
        "The store marker '{Marker}' could not be updated with the kind of record '{Kind}'. The next event of this kind updates it.")]
    private static partial void LogMarkerNotUpdated(ILogger logger, ArtifactPath marker, string kind, Exception exception);

    [LoggerMessage(302, LogLevel.Warning,
        "The checkpoint '{Checkpoint}' was ignored, and the state is computed from the events. Delete the checkpoint, or verify the store.")]
    private static partial void LogCheckpointNotUsed(ILogger logger, ArtifactPath checkpoint, Exception exception);
}
