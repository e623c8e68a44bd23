using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The index of the records of a kind: their states in a few documents, so that a listing does not read every log.</summary>
/// <remarks>
/// <para>The index is a cache of the logs, but a listing never misses an event. A writer announces event n by creating an empty artifact before it
/// appends the event. It deletes the announcement after it has stored a row whose state includes event n. Therefore, every event in the log of a
/// record in a complete shard is included in the row or is announced.</para>
/// <para>A shard can be deleted at any time. The next listing rebuilds it: it stores an incomplete shard, reads the names and the logs, and stores
/// the complete shard on the condition that the incomplete shard has not changed.</para>
/// <para>Thread-safe.</para>
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="kind">The record kind, such as <c>models</c>.</param>
/// <param name="logger">The logger for failures of the index.</param>
internal sealed partial class RecordIndex(IArtifactStore store, string kind, ILogger logger) : IDisposable
{
    /// <summary>The maximum number of attempts for a change that conflicts with other writers.</summary>
    private const int MaxAttempts = 32;

    private const int MaxEventSize = 1 << 20;
    private readonly ArtifactPath _records = ArtifactPath.Parse(kind);
    private readonly PackedShard?[] _known = new PackedShard?[IndexPaths.Shards];
    private readonly SemaphoreSlim[] _shardLocks = [.. Enumerable.Range(0, IndexPaths.Shards).Select(static _ => new SemaphoreSlim(1))];
    private volatile bool _isReadOnly;

    /// <summary>Announces an event before it is appended. All writers of an event use the same path.</summary>
    /// <exception cref="MlOpsException">The store failed. The event must not be appended.</exception>
    public Task AnnounceAsync(string name, long sequence, CancellationToken cancellationToken) => AnnounceAsync(store, kind, name, sequence, cancellationToken);

    /// <inheritdoc cref="AnnounceAsync(string, long, CancellationToken)"/>
    public static Task AnnounceAsync(IArtifactStore store, string kind, string name, long sequence, CancellationToken cancellationToken) =>
        store.WriteBytesAsync(IndexPaths.Announcement(kind, name, sequence), [], options: null, cancellationToken);

    /// <summary>Stores the row of a record after events were appended, and deletes their announcements. Best effort; failures are logged, and
    /// the announcements remain.</summary>
    /// <param name="row">The row after the last event.</param>
    /// <param name="first">The sequence number of the first announced event.</param>
    public async Task FinishAsync(IndexRow row, long first)
    {
        try
        {
            await PutAsync(IndexPaths.ShardOf(row.Name), [row], CancellationToken.None).ConfigureAwait(false);
            for (var sequence = first; sequence <= row.Sequence; sequence++)
            {
                await DeleteAnnouncementAsync(row.Name, sequence, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The event is stored. An exception would make the caller append it again.
            LogNotFinished(kind, row.Name, row.Sequence, exception);
        }
    }

    /// <summary>Reads the announced events of each record.</summary>
    /// <returns>The sequence numbers in ascending order, by the name of the record.</returns>
    public async Task<IReadOnlyDictionary<string, List<long>>> ReadAnnouncementsAsync(CancellationToken cancellationToken)
    {
        var announced = new Dictionary<string, List<long>>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync(IndexPaths.Announcements(kind), cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (IndexPaths.TryParseAnnouncement(kind, entry.Path, out var name, out var sequence))
            {
                announced.TryAdd(name, []);
                announced[name].Add(sequence);
            }
        }

        return announced;
    }

    /// <summary>Reads all shards. A shard that has not changed since this process last read it is not transferred again.</summary>
    public Task<IndexShard[]> ReadShardsAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, IndexPaths.Shards).Select(number => ReadAsync(number, cancellationToken)));

    /// <summary>Determines whether the last event of a row is in the log of the record.</summary>
    public async Task<bool> IsInLogAsync(IndexRow row, CancellationToken cancellationToken) =>
        await StoredDocument.TryReadAsync(store, EventPath.Of(_records.Append(row.Name), row.Sequence), MaxEventSize, cancellationToken)
            .ConfigureAwait(false) is { } bytes
        && Sha256Digest.Of(bytes) == row.Digest;

    /// <summary>Begins to rebuild a shard that is absent, damaged or incomplete, before the names of records are listed.</summary>
    /// <returns>The incomplete shard as it is stored, or <see langword="null"/> if it cannot be rebuilt now.</returns>
    public async Task<IndexShard?> BeginAsync(int number, IndexShard shard, CancellationToken cancellationToken)
    {
        if (shard.ETag is not null || _isReadOnly)
        {
            return shard.ETag is null ? null : shard;
        }

        return await TryAsync(() => WriteAsync(number, shard, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Stores a completed shard on the condition that it has not changed since <see cref="BeginAsync"/>.</summary>
    /// <returns><see langword="true"/> if it was stored; otherwise, <see langword="false"/>.</returns>
    public async Task<bool> TryCompleteAsync(int number, IndexShard shard, CancellationToken cancellationToken) =>
        await TryAsync(() => WriteAsync(number, shard with { IsComplete = true }, cancellationToken)).ConfigureAwait(false) is not null;

    /// <summary>Completes updates that other writers did not complete: stores rows of a shard and deletes announcements. Best effort; failures
    /// are logged.</summary>
    /// <param name="number">The number of the shard.</param>
    /// <param name="rows">The rows to store.</param>
    /// <param name="announced">The announcements of events that are included in these rows or in stored rows.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public Task FinishAsync(int number, IReadOnlyList<IndexRow> rows, IEnumerable<(string Name, long Sequence)> announced,
        CancellationToken cancellationToken) =>
        TryAsync(async () =>
        {
            await PutAsync(number, rows, cancellationToken).ConfigureAwait(false);
            foreach (var (name, sequence) in announced)
            {
                await DeleteAnnouncementAsync(name, sequence, cancellationToken).ConfigureAwait(false);
            }

            return IndexShard.Absent;
        });

    /// <summary>Releases the semaphores. The store stays open.</summary>
    public void Dispose() => Array.ForEach(_shardLocks, static shardLock => shardLock.Dispose());

    private Task DeleteAnnouncementAsync(string name, long sequence, CancellationToken cancellationToken) =>
        store.DeleteAsync(IndexPaths.Announcement(kind, name, sequence), cancellationToken);

    /// <summary>Stores rows, unless newer rows are stored.</summary>
    private async Task PutAsync(int number, IReadOnlyList<IndexRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await _shardLocks[number].WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; !await TryPutAsync(number, rows, useKnown: attempt == 1, cancellationToken).ConfigureAwait(false); attempt++)
            {
                if (attempt == MaxAttempts)
                {
                    throw new ArtifactConflictException(IndexPaths.Shard(kind, number));
                }
            }
        }
        finally
        {
            _shardLocks[number].Release();
        }
    }

    /// <returns><see langword="false"/> if another writer changed the shard first.</returns>
    private async Task<bool> TryPutAsync(int number, IReadOnlyList<IndexRow> rows, bool useKnown, CancellationToken cancellationToken)
    {
        var shard = useKnown && _known[number] is { } known
            ? IndexShard.Unpack(IndexPaths.Shard(kind, number), known.ETag, known.Packed)
            : await ReadAsync(number, cancellationToken).ConfigureAwait(false);
        var newer = new List<IndexRow>();
        foreach (var row in rows)
        {
            if (!await IsStoredAsync(shard, row, cancellationToken).ConfigureAwait(false))
            {
                newer.Add(row);
            }
        }

        if (newer.Count == 0)
        {
            return true;
        }

        try
        {
            var isFirst = shard is { ETag: null, Fault: null } && rows is [{ Sequence: 1 } only] && await IsOnlyAsync(only.Name, cancellationToken)
                .ConfigureAwait(false);
            await WriteAsync(number, shard.With(newer) with { IsComplete = shard.IsComplete || isFirst }, cancellationToken).ConfigureAwait(false);
            if (isFirst)
            {
                await CreateEmptyAsync(except: number, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (MlOpsException exception) when (exception is ArtifactConflictException or ArtifactExistsException or ArtifactNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Determines whether a shard contains a row, or a later row of the same log. A later row does not count if the log was replaced by a
    /// copy without its event.</summary>
    private async Task<bool> IsStoredAsync(IndexShard shard, IndexRow row, CancellationToken cancellationToken)
    {
        if (!shard.Rows.TryGetValue(row.Name, out var stored) || stored.Sequence < row.Sequence || stored.Sequence == row.Sequence)
        {
            return stored?.Sequence == row.Sequence && stored.Digest == row.Digest;
        }

        return await IsInLogAsync(stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Determines whether a record is the only record of its kind. If so, an index that contains its row is complete.</summary>
    private async Task<bool> IsOnlyAsync(string name, CancellationToken cancellationToken) =>
        await RecordFolders.ListNamesAsync(store, _records, cancellationToken).Take(2).ToListAsync(cancellationToken)
            .ConfigureAwait(false) is [var only] && only == name;

    /// <summary>Stores the other shards as complete and empty, unless they exist.</summary>
    private Task CreateEmptyAsync(int except, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, IndexPaths.Shards).Where(number => number != except).Select(async number =>
        {
            try
            {
                await WriteAsync(number, IndexShard.Absent with { IsComplete = true }, cancellationToken).ConfigureAwait(false);
            }
            catch (ArtifactExistsException exception)
            {
                LogConflict(IndexPaths.Shard(kind, number), exception);
            }
        }));

    private async Task<IndexShard> WriteAsync(int number, IndexShard shard, CancellationToken cancellationToken)
    {
        var packed = shard.Pack();
        var options = new ArtifactWriteOptions { Condition = shard.Condition, ContentType = "application/gzip" };
        var written = await store.WriteBytesAsync(IndexPaths.Shard(kind, number), packed, options, cancellationToken).ConfigureAwait(false);
        _known[number] = new PackedShard(written.ETag, packed);
        return shard with { ETag = written.ETag, Fault = null };
    }

    private async Task<IndexShard> ReadAsync(int number, CancellationToken cancellationToken)
    {
        var path = IndexPaths.Shard(kind, number);
        var known = _known[number];
        try
        {
            var options = new ArtifactReadOptions { IfNoneMatch = known?.ETag };
            if (await store.OpenReadAsync(path, options, cancellationToken).ConfigureAwait(false) is { } content)
            {
                var eTag = content.Info.ETag;
                known = new PackedShard(eTag, await StoredDocument.ReadAsync(content, IndexShard.MaxSize, "Delete it: it is a cache.", cancellationToken)
                    .ConfigureAwait(false));
            }

            var shard = IndexShard.Unpack(path, known!.ETag, known.Packed);
            _known[number] = known;
            return shard;
        }
        catch (ArtifactNotFoundException)
        {
            _known[number] = null;
            return IndexShard.Absent;
        }
        catch (MlOpsException exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
        {
            _known[number] = null;
            LogDamaged(path, exception);
            return IndexShard.Absent with { Fault = exception };
        }
    }

    /// <summary>Updates the index. Best effort; failures are logged, and only make listings slower.</summary>
    private async Task<IndexShard?> TryAsync(Func<Task<IndexShard>> write)
    {
        if (_isReadOnly)
        {
            return null;
        }

        try
        {
            return await write().ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            if (exception is ArtifactAccessDeniedException)
            {
                _isReadOnly = true; // several threads may set it; it is never cleared
            }

            LogNotWritten(kind, exception);
            return null;
        }
    }

    [LoggerMessage(320, LogLevel.Warning,
        "Event {Sequence} of '{Kind}/{Name}' is recorded, but the index was not updated. Its announcement remains, and listings read the event from the log.")]
    private partial void LogNotFinished(string kind, string name, long sequence, Exception exception);

    [LoggerMessage(321, LogLevel.Warning, "The index document '{Path}' cannot be read. It is a cache, and is rebuilt from the logs.")]
    private partial void LogDamaged(ArtifactPath path, Exception exception);

    [LoggerMessage(322, LogLevel.Debug, "The index of '{Kind}' was not updated by this listing. Later listings read more from the logs.")]
    private partial void LogNotWritten(string kind, Exception exception);

    [LoggerMessage(323, LogLevel.Debug, "The index document '{Path}' was created by another process.")]
    private partial void LogConflict(ArtifactPath path, Exception exception);

    /// <summary>A shard that this process last read or wrote, compressed to save memory.</summary>
    private sealed record PackedShard(string ETag, byte[] Packed);
}
