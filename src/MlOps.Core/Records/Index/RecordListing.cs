using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>Lists the records of a kind from the index, and rebuilds or repairs the index if it is not complete.</summary>
/// <remarks>
/// If the index is complete, a listing costs seven requests, regardless of the number of records. Each record with an announced event that its row
/// does not include costs another request. If the log contains the announced event, the listing updates the index on behalf of the writer, with one
/// write for each shard and one deletion for each announcement.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="noun">The noun for messages, such as <c>model</c>.</param>
/// <param name="folder">The folder of the records.</param>
/// <param name="index">The index.</param>
/// <param name="schema">The definition of the events and the state.</param>
/// <param name="openLog">Opens the log of a record.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The logger for damaged records.</param>
internal sealed partial class RecordListing<TEvent, TState>(
    IArtifactStore store,
    string noun,
    ArtifactPath folder,
    RecordIndex index,
    RecordSchema<TEvent, TState> schema,
    Func<ArtifactPath, RecordLog<TEvent, TState>> openLog,
    TimeProvider timeProvider,
    ILogger logger)
    where TEvent : RecordEvent
{
    private readonly ConcurrentDictionary<string, LogSnapshot<TState>> _found = new(StringComparer.Ordinal);

    /// <summary>Reads the records with their newest states, including deleted ones. A damaged record is logged and omitted.</summary>
    /// <returns>The records in the order of their folders.</returns>
    /// <exception cref="ProviderException">The store is not mounted, or another store is mounted.</exception>
    public async Task<IEnumerable<(string Name, LogSnapshot<TState> Snapshot)>> ReadAsync(CancellationToken cancellationToken)
    {
        var announced = await ReadAnnouncementsAsync(cancellationToken).ConfigureAwait(false);
        var shards = announced is null
            ? [.. Enumerable.Repeat(IndexShard.Absent, IndexPaths.Shards)]
            : await index.ReadShardsAsync(cancellationToken).ConfigureAwait(false);
        await ReadRowsAsync(shards, announced, cancellationToken).ConfigureAwait(false);
        if (shards.Any(static shard => !shard.IsComplete))
        {
            await BuildAsync(shards, canStore: announced is not null, cancellationToken).ConfigureAwait(false);
        }

        await ConfirmAsync(cancellationToken).ConfigureAwait(false);
        await FinishAsync(shards, announced, cancellationToken).ConfigureAwait(false);
        return _found.Select(static record => (record.Key, record.Value))
            .OrderBy(static record => record.Key + "/", ArtifactPath.TextOrder); // as the folders are listed
    }

    /// <returns>The announcements, or <see langword="null"/> if they cannot be listed. In this case, the index cannot be used.</returns>
    private async Task<IReadOnlyDictionary<string, List<long>>?> ReadAnnouncementsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await index.ReadAnnouncementsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            LogUnusable(logger, noun, exception.Path, exception);
            return null;
        }
    }

    /// <summary>Reads the rows of the shards, and the announced events that the rows do not include.</summary>
    private Task ReadRowsAsync(IReadOnlyList<IndexShard> shards, IReadOnlyDictionary<string, List<long>>? announced, CancellationToken cancellationToken)
    {
        var complete = shards.Where(static shard => shard.IsComplete).ToList();
        var names = complete.SelectMany(static shard => shard.Unread).Select(static name => (name, (IndexRow?)null))
            .Concat(shards.SelectMany(static shard => shard.Rows.Values).Select(static row => (row.Name, (IndexRow?)row)))
            .Concat((announced?.Keys ?? [])
                .Where(name => !Shard(shards, name).Rows.ContainsKey(name) && !Shard(shards, name).Unread.Contains(name) && Shard(shards, name).IsComplete)
                .Select(static name => (name, (IndexRow?)null)));
        return Parallel.ForEachAsync(names, ContentStore.InParallel(cancellationToken), async (record, token) =>
        {
            var (name, row) = record;
            var last = announced!.TryGetValue(name, out var sequences) ? sequences[^1] : 0;
            var isNew = row is null && !Shard(shards, name).Unread.Contains(name);
            if (await TryReadAsync(name, () => ReadAsync(name, row, isNew, last, token)).ConfigureAwait(false) is { Sequence: > 0 } snapshot)
            {
                _found[name] = snapshot;
            }
        });
    }

    private async Task<LogSnapshot<TState>> ReadAsync(string name, IndexRow? row, bool isNew, long last, CancellationToken cancellationToken)
    {
        var known = row is not null ? TryParse(row) : isNew && last <= EventLog<TEvent,
            TState>.CheckpointInterval ? new LogSnapshot<TState>(0, null, schema.Empty) : null;
        if (known is not null && known.Sequence >= last)
        {
            return known;
        }

        using var log = openLog(folder.Append(name));
        try
        {
            return known is null
                ? await log.CatchUpAsync(cancellationToken).ConfigureAwait(false)
                : await log.ReadForwardAsync(known, last, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception) when (known is { Sequence: > 0 })
        {
            LogOtherLog(logger, noun, name, exception);
            return await log.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private LogSnapshot<TState>? TryParse(IndexRow row)
    {
        try
        {
            return schema.ToSnapshot(row);
        }
        catch (JsonException exception)
        {
            LogRowUnreadable(logger, noun, row.Name, exception);
            return null;
        }
    }

    /// <summary>Reads the records of incomplete shards from their logs, and completes the shards.</summary>
    private async Task BuildAsync(IndexShard[] shards, bool canStore, CancellationToken cancellationToken)
    {
        if (!await store.ListAsync(folder, cancellationToken: cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            return; // do not create an index in a store without records, which may not be mounted
        }

        // Store incomplete shards before the names are listed: a record that is created after the listing changes its shard, so that completing
        // it fails.
        var begun = new IndexShard?[shards.Length];
        await Parallel.ForAsync(0, shards.Length, ContentStore.InParallel(cancellationToken), async (number, token) =>
            begun[number] = shards[number].IsComplete || !canStore ? null : await index.BeginAsync(number, shards[number], token).ConfigureAwait(false))
                .ConfigureAwait(false);

        var unread = new ConcurrentBag<string>();
        var built = new ConcurrentBag<string>();
        var names = RecordFolders.ListNamesAsync(store, folder, cancellationToken).Where(name => !Shard(shards, name).IsComplete && !_found.ContainsKey(name));
        await Parallel.ForEachAsync(names, ContentStore.InParallel(cancellationToken), async (name, token) =>
        {
            using var log = openLog(folder.Append(name));
            if (await TryReadAsync(name, () => log.CatchUpAsync(token)).ConfigureAwait(false) is not { } snapshot)
            {
                unread.Add(name);
            }
            else if (snapshot.Sequence > 0)
            {
                _found[name] = snapshot;
                built.Add(name);
            }
        }).ConfigureAwait(false);

        await Parallel.ForAsync(0, shards.Length, ContentStore.InParallel(cancellationToken), async (number, token) =>
        {
            if (begun[number] is { } shard)
            {
                var rows = built.Where(name => IndexPaths.ShardOf(name) == number).Select(name => schema.ToRow(name, _found[name])).ToList();
                var complete = shard.With(rows) with { Unread = shard.Unread.Union(unread.Where(name => IndexPaths.ShardOf(name) == number)) };
                if (await index.TryCompleteAsync(number, complete, token).ConfigureAwait(false))
                {
                    shards[number] = complete with { IsComplete = true };
                }
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Stores the rows of announced events that are in the log, on behalf of their writers, and deletes the announcements of stored
    /// rows.</summary>
    private Task FinishAsync(IndexShard[] shards, IReadOnlyDictionary<string, List<long>>? announced, CancellationToken cancellationToken) =>
        Parallel.ForAsync(0, shards.Length, ContentStore.InParallel(cancellationToken), async (number, token) =>
        {
            if (!shards[number].IsComplete || announced is null)
            {
                return;
            }

            var outdated = _found.Where(record => IndexPaths.ShardOf(record.Key) == number && IsRowOutdated(shards[number], record.Key, record.Value))
                .Select(record => schema.ToRow(record.Key, record.Value)).ToList();
            var completed = announced.Where(record => IndexPaths.ShardOf(record.Key) == number && _found.ContainsKey(record.Key))
                .SelectMany(record => record.Value.Where(sequence => sequence <= _found[record.Key].Sequence).Select(sequence => (record.Key, sequence)))
                    .ToList();
            if (outdated.Count > 0 || completed.Count > 0)
            {
                await index.FinishAsync(number, outdated, completed, token).ConfigureAwait(false);
            }
        });

    /// <summary>Determines whether a shard does not contain the row of the newest state of a record.</summary>
    private static bool IsRowOutdated(IndexShard shard, string name, LogSnapshot<TState> snapshot) =>
        !shard.Rows.TryGetValue(name, out var row) || row.Sequence != snapshot.Sequence || row.Digest != snapshot.Digest;

    /// <summary>Confirms that the store has not been replaced, at most once in ten seconds if records were found.</summary>
    private ValueTask ConfirmAsync(CancellationToken cancellationToken)
    {
        var marker = StoreMarker.Of(store);
        return _found.IsEmpty ? marker.ConfirmAsync(timeProvider, cancellationToken) : marker.PollAsync(timeProvider, cancellationToken);
    }

    /// <returns>The state after the last event, or <see langword="null"/> if the log is damaged.</returns>
    private async Task<LogSnapshot<TState>?> TryReadAsync(string name, Func<Task<LogSnapshot<TState>>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogDamaged(logger, noun, name, exception);
            return null;
        }
    }

    private static IndexShard Shard(IReadOnlyList<IndexShard> shards, string name) => shards[IndexPaths.ShardOf(name)];

    [LoggerMessage(310, LogLevel.Warning,
        "The {Noun} '{Name}' is damaged and was omitted from the listing. Verify the store, and restore the events that the exception names from a copy.")]
    private static partial void LogDamaged(ILogger logger, string noun, string name, Exception exception);

    [LoggerMessage(311, LogLevel.Warning,
        "The index row of the {Noun} '{Name}' does not belong to its log, for example because a copy was restored. The log was read, and the row is replaced.")]
    private static partial void LogOtherLog(ILogger logger, string noun, string name, Exception exception);

    [LoggerMessage(312, LogLevel.Warning,
        "The index row of the {Noun} '{Name}' cannot be read. It is a cache: the log was read, and the row is replaced.")]
    private static partial void LogRowUnreadable(ILogger logger, string noun, string name, Exception exception);

    [LoggerMessage(313, LogLevel.Warning,
        "The announcements of the index of each {Noun} cannot be listed, because '{Path}' is damaged. Delete it. All logs were read instead.")]
    private static partial void LogUnusable(ILogger logger, string noun, ArtifactPath path, Exception exception);
}
