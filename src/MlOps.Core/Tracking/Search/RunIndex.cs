using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The runs of one experiment for searches: tables of many runs at rest, and a summary for each other run.</summary>
/// <remarks>
/// <para>Summaries are listed before tables, and compaction writes a table before it deletes the summaries in it. So a run that a reader misses among the
/// summaries is in a table that it lists afterwards. A run that is in both counts once, by the number of its last event.</para>
/// <para>The log of a run that is under way or marked is looked at in each search, which costs one listing where nothing is new. A run that has been silent for
/// too long is looked at once more.</para>
/// </remarks>
/// <param name="services">The services that runs of the store share.</param>
/// <param name="experiment">The name of the experiment.</param>
internal sealed partial class RunIndex(TrackingContext context, string experiment) : IDisposable
{
    /// <summary>The number of summaries of runs at rest that become a table.</summary>
    public const int CompactionThreshold = 128;

    /// <summary>A table that is at most so many times as large as what joins it is written anew with it; so each run is rewritten a few times only.</summary>
    private const int GrowthFactor = 4;
    private const int MaxRows = 250_000;
    private const int MaxTableSize = 1 << 30;
    private readonly IArtifactStore _store = context.Store;
    private readonly TimeProvider _timeProvider = context.TimeProvider;
    private readonly ILogger _logger = context.Logger;
    private readonly UnindexedRuns _recent = new(context, experiment);
    private readonly ArtifactPath _folder = TrackingPaths.Index(experiment);
    private readonly SemaphoreSlim _semaphore = new(1);
    private Dictionary<ArtifactPath, RunTable> _tables = [];
    private Dictionary<string, (RunTable Table, int Row)> _newest = new(StringComparer.Ordinal);

    /// <summary>Reads what is new, and compacts where it is due.</summary>
    public async Task<RunView> RefreshAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!await TryReadAsync(cancellationToken).ConfigureAwait(false))
            {
                LogReadAgain(experiment);
            }

            var view = CreateView(_recent.ToTable());
            await CompactIfDueAsync(cancellationToken).ConfigureAwait(false);
            return view;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    /// <summary>Compacts where it is due. The index is a cache, so its failure is nobody's error.</summary>
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
        _recent.Dispose();
    }

    /// <summary>Reads summaries and tables that are new, and the logs of the runs whose summaries may be old.</summary>
    /// <returns><see langword="false"/> if a summary vanished meanwhile: a newer one or a table has taken its place.</returns>
    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        await _recent.ListAsync(cancellationToken).ConfigureAwait(false);
        while (!await TryReadTablesAsync(cancellationToken).ConfigureAwait(false))
        {
            LogReadAgain(experiment);
        }

        return await _recent.TryReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the tables that are not in memory yet.</summary>
    /// <returns><see langword="false"/> if one vanished meanwhile, because it became part of another.</returns>
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

    private RunView CreateView(RunTable recent)
    {
        var newest = _newest;
        var replaced = new HashSet<(RunTable, int)>();
        var stale = new HashSet<int>();
        for (var row = 0; row < recent.Count; row++)
        {
            if (newest.TryGetValue(recent.IdOf(row), out var indexed))
            {
                if (indexed.Table.SequenceOf(indexed.Row) <= recent.SequenceOf(row))
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
        return new RunView(experiment, [.. tables, (recent, row => !stale.Contains(row))], _timeProvider.GetUtcNow());
    }

    /// <summary>Puts the runs at rest into a table, if there are many. It is a cache of logs, so that its failure is nobody's error.</summary>
    private async Task CompactIfDueAsync(CancellationToken cancellationToken)
    {
        if (_recent.CountIndexable() < CompactionThreshold)
        {
            return;
        }

        try
        {
            var (summaries, paths) = await _recent.TakeIndexableAsync(cancellationToken).ConfigureAwait(false);
            var joined = new List<KeyValuePair<ArtifactPath, RunTable>>();
            var size = summaries.Count;
            foreach (var table in _tables.OrderBy(static table => table.Value.Count)
                .TakeWhile(table => table.Value.Count <= Math.Min(size * GrowthFactor, MaxRows - size)))
            {
                joined.Add(table);
                size += table.Value.Count;
            }

            await WriteTableAsync(summaries, joined.Select(static table => table.Value), cancellationToken).ConfigureAwait(false);
            await _recent.DeleteAsync(paths.Concat(joined.Select(static table => table.Key)), cancellationToken).ConfigureAwait(false);
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
            await JsonSerializer.SerializeAsync(packing, RunTableBuilder.Build(rows), TrackingJson.Default.RunTableDocument, cancellationToken).ConfigureAwait(false);
        }

        packed.Position = 0;
        var options = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent, ContentType = "application/gzip" };
        await _store.WriteAsync(_folder.Append($"{Guid.NewGuid():N}.json.gz"), packed, options, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(450, LogLevel.Information, "Indexed {Runs} runs of experiment '{Experiment}', with {Tables} tables that were there.")]
    private partial void LogCompacted(string experiment, int runs, int tables);

    [LoggerMessage(451, LogLevel.Warning, "The runs of experiment '{Experiment}' could not be indexed; searches go on without, and slower.")]
    private partial void LogNotCompacted(string experiment, Exception exception);

    [LoggerMessage(452, LogLevel.Debug, "The index of experiment '{Experiment}' changed while it was read; reading it again.")]
    private partial void LogReadAgain(string experiment);
}
