using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The search index of one experiment: tables with many ended runs, and a summary for each other run.</summary>
/// <remarks>
/// <para>Readers list summaries before tables, and compaction writes a table before it deletes the summaries of its runs. Therefore a
/// reader finds each run in the summaries, in a table, or in both. If a run is found more than once, the entry with the highest event
/// number is used.</para>
/// <para>Each search checks the logs of the runs that are in progress or have a change marker, which costs one listing if there are no new
/// events. When the lease of a run has expired, its log is checked once more.</para>
/// </remarks>
/// <param name="context">The components and settings that the runs of the store share.</param>
/// <param name="experiment">The name of the experiment.</param>
internal sealed partial class RunIndex(TrackingContext context, string experiment) : IDisposable
{
    /// <summary>The minimum number of indexable runs for which a table is written.</summary>
    public const int CompactionThreshold = 128;

    /// <summary>An existing table is merged with new rows if it has at most this many times as many rows. The limit ensures that each run is
    /// rewritten only a few times.</summary>
    private const int GrowthFactor = 4;
    private const int MaxRows = 250_000;
    private const int MaxTableSize = 1 << 30;
    private readonly IArtifactStore _store = context.Store;
    private readonly TimeProvider _timeProvider = context.TimeProvider;
    private readonly ILogger _logger = context.Logger;
    private readonly UnindexedRuns _unindexed = new(context, experiment);
    private readonly ArtifactPath _folder = TrackingPaths.Index(experiment);
    private readonly SemaphoreSlim _semaphore = new(1);
    private Dictionary<ArtifactPath, RunTable> _tables = [];
    private Dictionary<string, (RunTable Table, int Row)> _newest = new(StringComparer.Ordinal);

    /// <summary>Reads new data and compacts the index if necessary.</summary>
    public async Task<RunView> RefreshAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!await TryReadAsync(cancellationToken).ConfigureAwait(false))
            {
                LogRetry(experiment);
            }

            var view = CreateView(_unindexed.ToTable());
            await CompactIfDueAsync(cancellationToken).ConfigureAwait(false);
            return view;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Compacts the index if necessary. Failures are only logged, because the index is a cache.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotCompacted(experiment, exception);
        }
    }

    public void Dispose()
    {
        _semaphore.Dispose();
        _unindexed.Dispose();
    }

    /// <summary>Reads new summaries and tables, and the logs of runs whose summaries may be outdated.</summary>
    /// <returns><see langword="false"/> if a summary was deleted after it was listed, because a newer summary or a table replaced
    /// it.</returns>
    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        await _unindexed.ListAsync(cancellationToken).ConfigureAwait(false);
        while (!await TryReadTablesAsync(cancellationToken).ConfigureAwait(false))
        {
            LogRetry(experiment);
        }

        return await _unindexed.TryReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the tables that are not in memory.</summary>
    /// <returns><see langword="false"/> if a table was deleted after it was listed, because it was merged into another table.</returns>
    private async Task<bool> TryReadTablesAsync(CancellationToken cancellationToken)
    {
        var listed = await _store.ListAsync(_folder, cancellationToken: cancellationToken).Select(static entry => entry.Path)
            .Where(static path => path.Name.EndsWith(".json.gz", StringComparison.Ordinal)).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (listed.Count == _tables.Count && listed.All(_tables.ContainsKey))
        {
            return true;
        }

        var tables = new RunTable?[listed.Count];
        await Parallel.ForAsync(0, listed.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
            tables[i] = _tables.GetValueOrDefault(listed[i]) ?? await TryReadTableAsync(listed[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        if (tables.Contains(null))
        {
            return false;
        }

        _tables = listed.Zip(tables).ToDictionary(static pair => pair.First, static pair => pair.Second!);
        var newest = new Dictionary<string, (RunTable Table, int Row)>(_tables.Values.Sum(static table => table.Count), StringComparer.Ordinal);
        foreach (var table in _tables.Values)
        {
            for (var row = 0; row < table.Count; row++)
            {
                var id = table.IdOf(row);
                if (!newest.TryGetValue(id, out var other) || other.Table.SequenceOf(other.Row) < table.SequenceOf(row))
                {
                    newest[id] = (table, row);
                }
            }
        }

        _newest = newest;
        return true;
    }

    private async Task<RunTable?> TryReadTableAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoredDocument.TryReadAsync(_store, path, MaxTableSize, cancellationToken).ConfigureAwait(false) is not { } packed)
            {
                return null;
            }

            using var json = new MemoryStream();
            using (var unpacking = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
            {
                await unpacking.CopyToAsync(json, cancellationToken).ConfigureAwait(false);
            }

            return new RunTable(StoredDocument.Parse(path, json.GetBuffer().AsSpan(0, (int)json.Length), TrackingJson.Default.RunTableDocument));
        }
        catch (ArtifactConflictException)
        {
            return null;
        }
        catch (InvalidDataException exception)
        {
            throw new DocumentFormatException(path, $"{exception.Message} {StoredDocument.Restore}", exception);
        }
    }

    private RunView CreateView(RunTable unindexed)
    {
        var newest = _newest;
        var replaced = new HashSet<(RunTable, int)>();
        var stale = new HashSet<int>();
        for (var row = 0; row < unindexed.Count; row++)
        {
            if (newest.TryGetValue(unindexed.IdOf(row), out var indexed))
            {
                if (indexed.Table.SequenceOf(indexed.Row) <= unindexed.SequenceOf(row))
                {
                    replaced.Add(indexed);
                }
                else
                {
                    stale.Add(row);
                }
            }
        }

        var hasRepeats = _tables.Values.Sum(static table => table.Count) != newest.Count;
        var tables = _tables.Values.Select(table => (table, (Func<int, bool>)(row =>
            (!hasRepeats || newest[table.IdOf(row)] == (table, row)) && (replaced.Count == 0 || !replaced.Contains((table, row))))));
        return new RunView(experiment, [.. tables, (unindexed, row => !stale.Contains(row))], _timeProvider.GetUtcNow());
    }

    /// <summary>Moves the indexable runs to a table if there are enough of them. Failures are only logged, because the index is a
    /// cache.</summary>
    private async Task CompactIfDueAsync(CancellationToken cancellationToken)
    {
        if (_unindexed.CountIndexable() < CompactionThreshold)
        {
            return;
        }

        try
        {
            var (summaries, paths) = await _unindexed.TakeIndexableAsync(cancellationToken).ConfigureAwait(false);
            var joined = new List<KeyValuePair<ArtifactPath, RunTable>>();
            var size = summaries.Count;
            foreach (var table in _tables.OrderBy(static table => table.Value.Count)
                .TakeWhile(table => table.Value.Count <= Math.Min(size * GrowthFactor, MaxRows - size)))
            {
                joined.Add(table);
                size += table.Value.Count;
            }

            await WriteTableAsync(summaries, joined.Select(static table => table.Value), cancellationToken).ConfigureAwait(false);
            await _unindexed.DeleteAsync(paths.Concat(joined.Select(static table => table.Key)), cancellationToken).ConfigureAwait(false);
            LogCompacted(experiment, summaries.Count, joined.Count);
        }
        catch (MlOpsException exception)
        {
            LogNotCompacted(experiment, exception);
        }
    }

    private async Task WriteTableAsync(IEnumerable<RunSummary> summaries, IEnumerable<RunTable> tables, CancellationToken cancellationToken)
    {
        var rows = tables.SelectMany(static table => Enumerable.Range(0, table.Count).Select(table.ToSummary)).Concat(summaries)
            .GroupBy(static run => run.Id, static (_, runs) => runs.MaxBy(static run => run.Sequence)!, StringComparer.Ordinal)
            .OrderByDescending(static run => run.State.Started);
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var table = RunTableBuilder.Build(rows);
            await JsonSerializer.SerializeAsync(packing, table, TrackingJson.Default.RunTableDocument, cancellationToken).ConfigureAwait(false);
        }

        packed.Position = 0;
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = "application/gzip" };
        await _store.WriteAsync(_folder.Append($"{Guid.NewGuid():N}.json.gz"), packed, options, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(450, LogLevel.Information, "Indexed {Runs} runs of experiment '{Experiment}' and merged {Tables} existing tables.")]
    private partial void LogCompacted(string experiment, int runs, int tables);

    [LoggerMessage(451, LogLevel.Warning,
        "The runs of experiment '{Experiment}' could not be indexed. Searches are slower until a later attempt succeeds. Check the access to the store.")]
    private partial void LogNotCompacted(string experiment, Exception exception);

    [LoggerMessage(452, LogLevel.Debug, "The index of experiment '{Experiment}' changed while it was read. It is read again.")]
    private partial void LogRetry(string experiment);
}
