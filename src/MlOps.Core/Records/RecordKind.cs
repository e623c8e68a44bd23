using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The records of one kind in a store. A new kind derives from this class.</summary>
/// <param name="store">The store.</param>
/// <param name="schema">The definition of the events and the state.</param>
/// <param name="actor">The default actor of events.</param>
/// <param name="timeProvider">The clock of events.</param>
/// <param name="logger">The logger for damaged records and failures of caches.</param>
internal abstract class RecordKind<TEvent, TState>(
    IArtifactStore store, RecordSchema<TEvent, TState> schema, string actor, TimeProvider timeProvider, ILogger logger) : IRecordKind
    where TEvent : RecordEvent
{
    private const int ReadAhead = 16;

    /// <inheritdoc/>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public virtual bool IsReproducible => false;

    /// <summary>Gets the actor of events for which no actor is named.</summary>
    public string DefaultActor => actor;

    /// <inheritdoc/>
    public abstract bool Owns(ArtifactPath folder);

    /// <summary>Opens the log of a record, which may be empty. The caller disposes it.</summary>
    /// <param name="folder">The folder of the record.</param>
    public RecordLog<TEvent, TState> OpenLog(ArtifactPath folder) => new(store, folder, schema, timeProvider, logger, Index);

    /// <summary>Gets the index of the kind; <see langword="null"/> if it has none.</summary>
    protected virtual RecordIndex? Index => null;

    /// <inheritdoc/>
    public bool HasIndex => Index is not null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReplayedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Several at a time, because each log takes some round trips, and in order.
        var ahead = new Queue<Task<ReplayedRecord>>();
        try
        {
            await foreach (var folder in ListFoldersAsync(cancellationToken).ConfigureAwait(false))
            {
                ahead.Enqueue(ReadAsync(folder, cancellationToken));
                if (ahead.Count == ReadAhead)
                {
                    yield return await ahead.Dequeue().ConfigureAwait(false);
                }
            }

            while (ahead.TryDequeue(out var reading))
            {
                yield return await reading.ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var abandoned in ahead)
            {
                await ((Task)abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the failure of an earlier one is reported
            }
        }
    }

    /// <summary>Lists the folders of the records, deleted ones included.</summary>
    protected abstract IAsyncEnumerable<ArtifactPath> ListFoldersAsync(CancellationToken cancellationToken);

    /// <summary>Describes a record for messages, such as <c>model 'churn'</c>.</summary>
    protected abstract string Describe(ArtifactPath folder);

    /// <summary>Gets the content that a record refers to.</summary>
    protected abstract IEnumerable<ContentReference> GetReferences(string owner, TState state);

    /// <summary>Gets the identifiers of the runs that a record needs.</summary>
    protected virtual IEnumerable<string> GetRunIds(TState state) => [];

    /// <summary>Gets the age of a record; <see langword="null"/> if no retention rule applies to it.</summary>
    protected virtual RecordAge? GetAge(ArtifactPath folder, TState state) => null;

    /// <summary>Determines whether a record is deleted, and can be restored.</summary>
    protected virtual bool IsDeleted(TState state) => false;

    /// <summary>Determines whether an event deletes the record (<see langword="true"/>), restores it (<see langword="false"/>), or neither.</summary>
    protected virtual bool? GetDeletion(TEvent entry) => null;

    private async Task<DateTimeOffset?> ReadDeletionAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        using var log = OpenLog(folder);
        DateTimeOffset? deleted = null;
        await foreach (var entry in log.ReadHistoryAsync(cancellationToken).ConfigureAwait(false))
        {
            deleted = GetDeletion(entry) switch { true => deleted ?? entry.Time, false => null, null => deleted };
        }

        return deleted;
    }

    private async Task<ReplayedRecord> ReadAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        var owner = Describe(folder);
        using var log = OpenLog(folder);
        try
        {
            var replay = await log.ReplayAsync(cancellationToken).ConfigureAwait(false);
            var (snapshot, checkpointFault) = replay;
            Func<IndexRow>? toRow = snapshot.Sequence > 0 ? () => schema.ToRow(folder.Name, snapshot) : null;
            return new ReplayedRecord(folder, owner, [.. GetReferences(owner, snapshot.State)], CheckpointFault: checkpointFault, ToRow: toRow)
            {
                Sequence = snapshot.Sequence,
                ReadDeletionAsync = IsDeleted(snapshot.State) ? token => ReadDeletionAsync(folder, token) : null,
                Age = GetAge(folder, snapshot.State),
                RunIds = [.. GetRunIds(snapshot.State)],
            };
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            return new ReplayedRecord(folder, owner, [], Damage: exception);
        }
    }
}
