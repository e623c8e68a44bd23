using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The base class of record kinds. It reads the records of a kind for verification and garbage collection.</summary>
/// <param name="store">The store.</param>
/// <param name="schema">The definition of the events and the state.</param>
/// <param name="actor">The default actor of events.</param>
/// <param name="timeProvider">The clock for the times of events.</param>
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

    /// <summary>Gets the default actor of events.</summary>
    public string DefaultActor => actor;

    /// <inheritdoc/>
    public abstract bool Owns(ArtifactPath folder);

    /// <summary>Opens the log of a record. It may be empty. The caller disposes it.</summary>
    /// <param name="folder">The folder of the record.</param>
    public RecordLog<TEvent, TState> OpenLog(ArtifactPath folder) => new(store, folder, schema, timeProvider, logger, Index);

    /// <summary>Gets the index of the kind, or <see langword="null"/> if it has none.</summary>
    protected virtual RecordIndex? Index => null;

    /// <inheritdoc/>
    public bool HasIndex => Index is not null;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReplayedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Read several logs concurrently, because each takes several round trips. Results are returned in order.
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
                await ((Task)abandoned).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the first failure is reported
            }
        }
    }

    /// <summary>Lists the folders of the records, including deleted ones.</summary>
    protected abstract IAsyncEnumerable<ArtifactPath> ListFoldersAsync(CancellationToken cancellationToken);

    /// <summary>Gets a description of a record for messages, such as <c>model 'churn'</c>.</summary>
    protected abstract string Describe(ArtifactPath folder);

    /// <summary>Gets the references of a record to content.</summary>
    protected abstract IEnumerable<ContentReference> GetReferences(string owner, TState state);

    /// <summary>Gets the ids of the runs that a record references.</summary>
    protected virtual IEnumerable<string> GetRunIds(TState state) => [];

    /// <summary>Gets the age of a record, or <see langword="null"/> if no retention rule applies to it.</summary>
    protected virtual RecordAge? GetAge(ArtifactPath folder, TState state) => null;

    /// <summary>Determines whether a record is deleted but can be restored.</summary>
    protected virtual bool IsDeleted(TState state) => false;

    /// <summary>Determines whether an event deletes the record (<see langword="true"/>), restores it (<see langword="false"/>), or neither
    /// (<see langword="null"/>).</summary>
    protected virtual bool? GetDeletion(TEvent recordEvent) => null;

    private async Task<DateTimeOffset?> ReadDeletionAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        using var log = OpenLog(folder);
        DateTimeOffset? deleted = null;
        await foreach (var recordEvent in log.ReadHistoryAsync(cancellationToken).ConfigureAwait(false))
        {
            deleted = GetDeletion(recordEvent) switch { true => deleted ?? recordEvent.Time, false => null, null => deleted };
        }

        return deleted;
    }

    private async Task<ReplayedRecord> ReadAsync(ArtifactPath folder, CancellationToken cancellationToken)
    {
        var owner = Describe(folder);
        using var log = OpenLog(folder);
        try
        {
            var (snapshot, checkpointFault) = await log.ReplayAsync(cancellationToken).ConfigureAwait(false);
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
