using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The base class of record kinds with names: models, datasets and experiments. The record <c>churn</c> is in the folder
/// <c>&lt;kind&gt;/churn</c>.</summary>
/// <remarks>Thread-safe. The state of each record is cached in memory, so that later calls read only new events.</remarks>
/// <param name="store">The store.</param>
/// <param name="noun">The noun for messages, such as <c>model</c>. The folder of the kind is its plural.</param>
/// <param name="schema">The definition of the events and the state.</param>
/// <param name="actor">The default actor of events.</param>
/// <param name="timeProvider">The clock for the times of events.</param>
/// <param name="logger">The logger for damaged records and failures of caches.</param>
internal abstract class NamedRecords<TEvent, TState>(
    IArtifactStore store, string noun, RecordSchema<TEvent, TState> schema, string actor, TimeProvider timeProvider, ILogger logger)
    : RecordKind<TEvent, TState>(store, schema, actor, timeProvider, logger), IDisposable
    where TEvent : RecordEvent
{
    private readonly IArtifactStore _store = store;
    private readonly ILogger _logger = logger;
    private readonly RecordSchema<TEvent, TState> _schema = schema;
    private readonly TimeProvider _timeProvider = timeProvider;
    private readonly ArtifactPath _folder = ArtifactPath.Parse(noun + "s");
    private readonly RecordIndex _index = new(store, noun + "s", logger);
    private readonly ConcurrentDictionary<string, RecordLog<TEvent, TState>> _logs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string Kind => _folder.Name;

    /// <inheritdoc/>
    public override bool Owns(ArtifactPath folder) => folder.IsBelow(_folder) && folder.ToString().Split('/') is [_, _];

    /// <summary>Reads the newest state of a record.</summary>
    /// <returns>The state after the last event, or <see langword="null"/> if no record of this name was ever created.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<LogSnapshot<TState>?> FindAsync(string name, CancellationToken cancellationToken)
    {
        RecordText.ThrowIfNotRecordName(noun, name);
        if (!_logs.ContainsKey(name) && await _store.FindAsync(EventPath.Of(_folder.Append(name), 1), cancellationToken).ConfigureAwait(false) is null)
        {
            // Do not cache logs for names that do not exist, because callers can pass any number of them.
            await StoreMarker.Of(_store).ConfirmAsync(_timeProvider, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var snapshot = await GetLog(name).CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return snapshot.Sequence == 0 ? null : snapshot;
    }

    /// <summary>Reads the newest state of a record, and confirms that the store has not been replaced. For a record whose log this process
    /// has cached, the call costs one listing.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<LogSnapshot<TState>?> ConfirmAsync(string name, CancellationToken cancellationToken)
    {
        if (!_logs.ContainsKey(name) && await FindAsync(name, cancellationToken).ConfigureAwait(false) is null)
        {
            return null;
        }

        var snapshot = await GetLog(name).ConfirmAsync(cancellationToken).ConfigureAwait(false);
        return snapshot.Sequence == 0 ? null : snapshot;
    }

    /// <summary>Appends an event to the log of a record. The first event creates the record.</summary>
    /// <param name="name">The name of the record.</param>
    /// <param name="decide">Creates the event from the newest state, or throws to reject the change. Called again for each newer state.</param>
    /// <param name="actorOrDefault">The actor, or <see langword="null"/> for the default actor.</param>
    /// <param name="cancellationToken">A token that cancels the call before the event is written.</param>
    /// <returns>The state after the event.</returns>
    /// <exception cref="ArgumentException">The name is not valid, or the event is too large.</exception>
    public Task<LogSnapshot<TState>> AppendAsync(string name, Func<TState, TEvent> decide, string? actorOrDefault, CancellationToken cancellationToken) =>
        GetLog(name).AppendAsync(decide, actorOrDefault ?? DefaultActor, cancellationToken);

    /// <inheritdoc cref="RecordLog{TEvent, TState}.ReadHistoryAsync(CancellationToken)"/>
    public IAsyncEnumerable<TEvent> ReadHistoryAsync(string name, CancellationToken cancellationToken) => GetLog(name).ReadHistoryAsync(cancellationToken);

    /// <inheritdoc cref="RecordLog{TEvent, TState}.ReadHistoryAsync(long, CancellationToken)"/>
    public IAsyncEnumerable<TEvent> ReadHistoryAsync(string name, long after, CancellationToken cancellationToken) =>
        GetLog(name).ReadHistoryAsync(after, cancellationToken);

    /// <summary>Lists the records with their newest states, including deleted ones. A damaged record is logged, and the listing
    /// continues.</summary>
    public async IAsyncEnumerable<(string Name, LogSnapshot<TState> Snapshot)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listing = new RecordListing<TEvent, TState>(_store, noun, _folder, _index, _schema, OpenLog, _timeProvider, _logger);
        foreach (var record in await listing.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return record;
        }
    }

    /// <summary>Lists the names of the records, including deleted ones.</summary>
    public IAsyncEnumerable<string> ListNamesAsync(CancellationToken cancellationToken) => RecordFolders.ListNamesAsync(_store, _folder, cancellationToken);

    /// <summary>Releases the logs. The store stays open.</summary>
    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Dispose();
        }

        _index.Dispose();
    }

    /// <inheritdoc/>
    protected override RecordIndex Index => _index;

    /// <inheritdoc/>
    protected override IAsyncEnumerable<ArtifactPath> ListFoldersAsync(CancellationToken cancellationToken) =>
        ListNamesAsync(cancellationToken).Select(name => _folder.Append(name));

    /// <inheritdoc/>
    protected override string Describe(ArtifactPath folder) => $"{noun} '{folder.Name}'";

    /// <summary>Gets the log of a record. It may be empty.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    protected RecordLog<TEvent, TState> GetLog(string name)
    {
        RecordText.ThrowIfNotRecordName(noun, name);
        return _logs.GetOrAdd(name, name => OpenLog(_folder.Append(name)));
    }
}
