using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The log of a record: a model, dataset, experiment, run or step.</summary>
/// <remarks>Thread-safe. Within a process, keep one object for each record: it caches the state and reads only new events.</remarks>
internal sealed class RecordLog<TEvent, TState> : IDisposable
    where TEvent : RecordEvent
{
    private readonly RecordSchema<TEvent, TState> _schema;
    private readonly EventLog<TEvent, TState> _log;
    private readonly RecordIndex? _index;

    public RecordLog(
        IArtifactStore store, ArtifactPath folder, RecordSchema<TEvent, TState> schema, TimeProvider timeProvider, ILogger logger, RecordIndex? index = null)
    {
        Folder = folder;
        _schema = schema;
        _index = index;
        _log = new EventLog<TEvent, TState>(
            store,
            folder,
            new EventLogSchema<TEvent, TState>(schema.Empty, Apply, schema.EventType, schema.CheckpointType, schema.CheckpointName)
            {
                ShouldWriteCheckpoint = schema.ShouldWriteCheckpoint,
            },
            timeProvider,
            logger);
    }

    /// <summary>Gets the folder of the record.</summary>
    public ArtifactPath Folder { get; }

    /// <summary>Gets the last segment of the folder, which identifies the record within its kind.</summary>
    public string Name => Folder.Name;

    /// <inheritdoc cref="EventLog{TEvent, TState}.CatchUpAsync"/>
    public Task<LogSnapshot<TState>> CatchUpAsync(CancellationToken cancellationToken) => _log.CatchUpAsync(cancellationToken);

    /// <inheritdoc cref="EventLog{TEvent, TState}.ConfirmAsync"/>
    public Task<LogSnapshot<TState>> ConfirmAsync(CancellationToken cancellationToken) => _log.ConfirmAsync(cancellationToken);

    /// <inheritdoc cref="EventLog{TEvent, TState}.CreateAsync"/>
    public Task<LogSnapshot<TState>> CreateAsync(TEvent newEvent, string actor, CancellationToken cancellationToken)
    {
        RecordText.ThrowIfNotName("actor", actor);
        return _log.CreateAsync(newEvent, actor, cancellationToken);
    }

    /// <inheritdoc cref="EventLog{TEvent, TState}.AppendAsync(Func{LogSnapshot{TState}, TEvent}, string, CancellationToken)"/>
    public async Task<LogSnapshot<TState>> AppendAsync(Func<TState, TEvent> decide, string actor, CancellationToken cancellationToken)
    {
        RecordText.ThrowIfNotName("actor", actor);
        var first = 0L;
        var (_, after) = await _log.AppendAsync(
            before => decide(before.State),
            actor,
            _index is null ? null : sequence =>
            {
                first = first == 0 ? sequence : first;
                return _index.AnnounceAsync(Name, sequence, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        if (_index is not null)
        {
            await _index.FinishAsync(_schema.ToRow(Name, after), first).ConfigureAwait(false);
        }

        return after;
    }

    /// <summary>Reads all events, and verifies the digest of the previous event in each.</summary>
    /// <inheritdoc cref="ReadHistoryAsync(long, CancellationToken)"/>
    public IAsyncEnumerable<TEvent> ReadHistoryAsync(CancellationToken cancellationToken) => ReadHistoryAsync(0, cancellationToken);

    /// <summary>Reads the events after a sequence number, and verifies the digest of the previous event in each.</summary>
    /// <param name="after">The sequence number of the last known event; 0 for all events.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The events, oldest first; empty if the record never existed.</returns>
    /// <exception cref="ArtifactIntegrityException">An event was changed, removed or moved. The message names the event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read, or was written by a newer version. The message names the
    /// event.</exception>
    public async IAsyncEnumerable<TEvent> ReadHistoryAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var recorded in _log.ReadAsync(after, cancellationToken).ConfigureAwait(false))
        {
            yield return ToEvent(recorded);
        }
    }

    /// <summary>Reads only the last event, without verifying the earlier ones.</summary>
    /// <returns>The event, or <see langword="null"/> if there is none.</returns>
    public async Task<TEvent?> ReadLastAsync(CancellationToken cancellationToken) =>
        await _log.ReadLastAsync(cancellationToken).ConfigureAwait(false) is { } recorded ? ToEvent(recorded) : null;

    /// <inheritdoc cref="EventLog{TEvent, TState}.ReadForwardAsync"/>
    public Task<LogSnapshot<TState>> ReadForwardAsync(LogSnapshot<TState> known, long last, CancellationToken cancellationToken) =>
        _log.ReadForwardAsync(known, last, cancellationToken);

    /// <inheritdoc cref="EventLog{TEvent, TState}.ReplayAsync"/>
    public Task<LogReplay<TState>> ReplayAsync(CancellationToken cancellationToken) => _log.ReplayAsync(cancellationToken);

    public void Dispose() => _log.Dispose();

    private TEvent ToEvent(RecordedEvent<TEvent> recorded)
    {
        ThrowIfUnknown(recorded.Document);
        var recordEvent = recorded.Document.Event;
        (recordEvent.Sequence, recordEvent.Time, recordEvent.Actor) = (recorded.Document.Sequence, recorded.Document.Time, recorded.Document.Actor);
        return recordEvent;
    }

    private TState Apply(TState state, EventDocument<TEvent> document)
    {
        ThrowIfUnknown(document);
        try
        {
            return _schema.Apply(Name, state, document);
        }
        catch (InvalidDataException exception)
        {
            var path = EventPath.Of(Folder, document.Sequence);
            throw new DocumentFormatException(path, $"{exception.Message} It was altered. {StoredDocument.Restore}", exception);
        }
    }

    private void ThrowIfUnknown(EventDocument<TEvent> document)
    {
        if (document.Event is not { } recordEvent)
        {
            throw new DocumentFormatException(EventPath.Of(Folder, document.Sequence), $"it has no event. It was altered. {StoredDocument.Restore}");
        }

        if (!recordEvent.IsKnown)
        {
            throw new DocumentFormatException(
                EventPath.Of(Folder, document.Sequence),
                "its kind of event is unknown. It was written by a newer version of MlOps.Core. Update MlOps.Core.")
            {
                IsFromNewerVersion = true,
            };
        }
    }
}
