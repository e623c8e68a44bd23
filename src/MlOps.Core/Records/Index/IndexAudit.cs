using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>Compares the index of a record kind with the logs, for verification. The logs are authoritative.</summary>
internal sealed class IndexAudit : IDisposable
{
    private readonly string _kind;
    private readonly RecordIndex _index;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, List<long>> _announced = new Dictionary<string, List<long>>();
    private IndexShard[] _shards = [];

    private IndexAudit(IArtifactStore store, string kind)
    {
        _kind = kind;
        _index = new RecordIndex(store, kind, NullLogger.Instance); // a new index has no cached shards and downloads each one
    }

    /// <summary>Gets the faults of shards that cannot be read.</summary>
    public IEnumerable<MlOpsException> Faults => _shards.Select(static shard => shard.Fault).OfType<MlOpsException>();

    /// <summary>Reads the index. Call this method before the logs are read.</summary>
    /// <exception cref="ArtifactIntegrityException">An announcement is damaged.</exception>
    public static async Task<IndexAudit> BeginAsync(IArtifactStore store, string kind, CancellationToken cancellationToken)
    {
        var audit = new IndexAudit(store, kind);
        await audit.ReadAsync(cancellationToken).ConfigureAwait(false);
        return audit;
    }

    /// <summary>Compares the index with the log of a record.</summary>
    /// <param name="name">The name of the record.</param>
    /// <param name="expected">The row computed from the log; <see langword="null"/> if the log is damaged or empty.</param>
    /// <param name="isDamaged">Whether the log is damaged. The caller reports this fault.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The fault, or <see langword="null"/> if there is none.</returns>
    public async Task<MlOpsException?> FindFaultAsync(string name, IndexRow? expected, bool isDamaged, CancellationToken cancellationToken)
    {
        if (expected is null && !isDamaged)
        {
            return null; // the row of a record without a log is an orphan
        }

        _seen.Add(name);
        if (expected is null || FindFault(expected) is null)
        {
            return null;
        }

        // The record may have changed since the index was read.
        await ReadAsync(cancellationToken).ConfigureAwait(false);
        return _shards[IndexPaths.ShardOf(name)].Rows.TryGetValue(name, out var row)
            && row.Sequence > expected.Sequence
            && await _index.IsInLogAsync(row, cancellationToken).ConfigureAwait(false)
                ? null
                : FindFault(expected);
    }

    /// <summary>Finds rows of records that do not exist in the store. Call this method after all logs were read.</summary>
    public async IAsyncEnumerable<MlOpsException> FindOrphansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in _shards.SelectMany(static shard => shard.Rows.Values).Where(row => !_seen.Contains(row.Name)))
        {
            if (!await _index.IsInLogAsync(row, cancellationToken).ConfigureAwait(false))
            {
                yield return Lost(row);
            }
        }
    }

    /// <summary>Finds rows whose last event is missing from the log: it is after the end of the log, or the record has no log.</summary>
    /// <param name="last">The sequence number of the last event of each log, by the name of the record.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public async IAsyncEnumerable<(string Name, MlOpsException Fault)> FindLostAsync(
        IReadOnlyDictionary<string, long> last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var row in _shards.SelectMany(static shard => shard.Rows.Values).Where(row => row.Sequence > last.GetValueOrDefault(row.Name)))
        {
            if (!await _index.IsInLogAsync(row, cancellationToken).ConfigureAwait(false))
            {
                yield return (row.Name, Lost(row));
            }
        }
    }

    /// <summary>Releases the index.</summary>
    public void Dispose() => _index.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        _announced = await _index.ReadAnnouncementsAsync(cancellationToken).ConfigureAwait(false);
        _shards = await _index.ReadShardsAsync(cancellationToken).ConfigureAwait(false);
    }

    private DocumentFormatException? FindFault(IndexRow expected)
    {
        var shard = _shards[IndexPaths.ShardOf(expected.Name)];
        var row = shard.Rows.GetValueOrDefault(expected.Name);
        if (row?.Sequence == expected.Sequence)
        {
            return row.Digest == expected.Digest && JsonElement.DeepEquals(row.State, expected.State) ? null
                : Fault(expected.Name, "its state differs from the state of the log");
        }

        if (row is null && (!shard.IsComplete || shard.Unread.Contains(expected.Name)))
        {
            return null;
        }

        if (row?.Sequence > expected.Sequence)
        {
            return Lost(row);
        }

        var isAnnounced = _announced.TryGetValue(expected.Name, out var announced) && announced[^1] >= expected.Sequence;
        return isAnnounced && (row is null || row.Sequence < expected.Sequence) ? null
            : Fault(expected.Name, FormattableString.Invariant($"its last event is {row?.Sequence ?? 0}, but the log ends at event {expected.Sequence}"));
    }

    private DocumentFormatException Lost(IndexRow row) =>
        new(IndexPaths.Shard(_kind, IndexPaths.ShardOf(row.Name)),
            FormattableString.Invariant($"its row of '{row.Name}' does not match the log: its last event {row.Sequence} is missing from the log. ")
            + $"Restore the events of '{_kind}/{row.Name}' from a copy. If an older copy was restored on purpose, delete "
            + $"'{IndexPaths.Folder(_kind)}', which is rebuilt.");

    private DocumentFormatException Fault(string name, string clause) =>
        new(IndexPaths.Shard(_kind, IndexPaths.ShardOf(name)),
            $"its row of '{name}' does not match the log: {clause}. Delete it: it is a cache, and is rebuilt.");
}
