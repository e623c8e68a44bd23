using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The runs of one experiment, for searches: tables of many finished runs, and a summary for each other run.</summary>
/// <remarks>
/// Summaries are listed before tables, and compaction writes a table before it deletes the summaries in it. So a run that a reader misses among the
/// summaries is in a table that it lists afterwards; one that is in both counts once, by the number of its last event.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="experiment">The experiment's name.</param>
/// <param name="findEnd">Makes the summary of a run's end from its log; <see langword="null"/> if it has none.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Told what could not be read or indexed.</param>
internal sealed partial class RunIndex(
    IArtifactStore store, string experiment, Func<string, CancellationToken, Task<RunSummary?>> findEnd, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    /// <summary>So many summaries of finished runs become a table.</summary>
    public const int CompactionThreshold = 128;

    /// <summary>A table that is at most so many times as large as what joins it is written anew with it; so each run is rewritten a few times only.</summary>
    private const int GrowthFactor = 4;
    private const int MaxRows = 250_000;
    private const int MaxTableSize = 1 << 30;
    private readonly RunSummaries _summaries = new(store, experiment, logger);
    private readonly ArtifactPath _folder = TrackingPaths.Index(experiment);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<ArtifactPath, (string ETag, RunSummary? Summary, bool IsSettled)> _recent = [];
    private Dictionary<ArtifactPath, RunTable> _tables = [];
    private Dictionary<string, (RunTable Table, int Row)> _newest = new(StringComparer.Ordinal);
    private RunTable _recentTable = RunTable.Empty;
    private bool _isRecentTableStale;

    /// <summary>Reads what is new, and compacts where it is due.</summary>
    public async Task<RunView> RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (!await TryReadAsync(cancellationToken).ConfigureAwait(false))
            {
                LogReadAgain(experiment);
            }

            var view = CreateView();
            await CompactIfDueAsync(cancellationToken).ConfigureAwait(false);
            return view;
        }
        finally
        {
            _turn.Release();
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

    public void Dispose() => _turn.Dispose();

    /// <summary>Reads summaries and tables that are new.</summary>
    /// <returns><see langword="false"/> if a summary vanished meanwhile: a newer one or a table has taken its place.</returns>
    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        var listed = await _summaries.ListAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        while (!await TryReadTablesAsync(cancellationToken).ConfigureAwait(false))
        {
            LogReadAgain(experiment);
        }

        foreach (var gone in _recent.Keys.Except(listed.Select(static entry => entry.Path)).ToList())
        {
            _isRecentTableStale |= _recent.Remove(gone);
        }

        var isComplete = true;
        var changed = listed.Where(entry => !_recent.TryGetValue(entry.Path, out var known) || known.ETag != entry.ETag).ToList();
        var read = new (RunSummary? Summary, bool IsGone)[changed.Count];
        await Parallel.ForAsync(0, changed.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
            read[i] = await _summaries.ReadAsync(changed[i].Path, token).ConfigureAwait(false)).ConfigureAwait(false);
        for (var i = 0; i < changed.Count; i++)
        {
            isComplete &= !read[i].IsGone;
            if (!read[i].IsGone)
            {
                _recent[changed[i].Path] = (changed[i].ETag, read[i].Summary, IsSettled: false);
                _isRecentTableStale = true;
            }
        }

        await SettleSilentAsync(cancellationToken).ConfigureAwait(false);
        if (_isRecentTableStale)
        {
            var newest = _recent.Values.Select(static recent => recent.Summary).OfType<RunSummary>()
                .GroupBy(static summary => summary.Id, static (_, runs) => runs.MaxBy(static run => run.Sequence)!);
            _recentTable = new RunTable(RunTableBuilder.Build(newest));
            _isRecentTableStale = false;
        }

        return isComplete;
    }

    /// <summary>Looks into the logs of runs that fell silent, once for each: a process may die between a run's end and the summary that says so.</summary>
    private async Task SettleSilentAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var silent = _recent.Where(recent => recent.Value is { IsSettled: false, Summary: { IsFinal: false } summary } && (summary.AliveUntil ?? summary.Time) < now).ToList();
        var settled = new (RunSummary? End, bool IsRead)[silent.Count];
        await Parallel.ForAsync(0, silent.Count, ContentStore.InParallel(cancellationToken), async (i, token) =>
        {
            try
            {
                settled[i] = (await findEnd(silent[i].Value.Summary!.Id, token).ConfigureAwait(false), true);
            }
            catch (MlOpsException exception)
            {
                LogNotSettled(silent[i].Value.Summary!.Id, exception);
            }
        }).ConfigureAwait(false);
        for (var i = 0; i < silent.Count; i++)
        {
            var (path, (eTag, summary, _)) = silent[i];
            _recent[path] = (eTag, settled[i].End ?? summary, settled[i].IsRead);
            _isRecentTableStale |= settled[i].End is not null;
        }
    }

    /// <summary>Reads the tables that are not in memory yet.</summary>
    /// <returns><see langword="false"/> if one vanished meanwhile, because it became part of another.</returns>
    private async Task<bool> TryReadTablesAsync(CancellationToken cancellationToken)
    {
        var listed = await store.ListAsync(_folder, cancellationToken: cancellationToken).Select(static entry => entry.Path)
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
            if (await StoredDocument.TryReadAsync(store, path, MaxTableSize, cancellationToken).ConfigureAwait(false) is not { } packed)
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

    private RunView CreateView()
    {
        var newest = _newest;
        var recent = _recentTable;
        var replaced = new HashSet<(RunTable, int)>();
        var stale = new HashSet<int>();
        for (var row = 0; row < recent.Count; row++)
        {
            if (newest.TryGetValue(recent.IdOf(row), out var indexed))
            {
                if (indexed.Table.SequenceOf(indexed.Row) < recent.SequenceOf(row))
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
        return new RunView(experiment, [.. tables, (recent, row => !stale.Contains(row))], timeProvider.GetUtcNow());
    }

    /// <summary>Puts the summaries of finished runs into a table, if there are many. It is a cache of logs, so that its failure is nobody's error.</summary>
    private async Task CompactIfDueAsync(CancellationToken cancellationToken)
    {
        var final = _recent.Where(static recent => recent.Value.Summary is { IsFinal: true }).ToList();
        if (final.Count < CompactionThreshold)
        {
            return;
        }

        try
        {
            var joined = new List<KeyValuePair<ArtifactPath, RunTable>>();
            var size = final.Count;
            foreach (var table in _tables.OrderBy(static table => table.Value.Count).TakeWhile(table => table.Value.Count <= Math.Min(size * GrowthFactor, MaxRows - size)))
            {
                joined.Add(table);
                size += table.Value.Count;
            }

            await WriteTableAsync(final.Select(static recent => recent.Value.Summary!), joined.Select(static table => table.Value), cancellationToken).ConfigureAwait(false);
            var written = final.Select(static recent => recent.Key).Concat(joined.Select(static table => table.Key));
            await Parallel.ForEachAsync(written, ContentStore.InParallel(cancellationToken), async (path, token) =>
                await store.DeleteAsync(path, token).ConfigureAwait(false)).ConfigureAwait(false);
            LogCompacted(experiment, final.Count, joined.Count);
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
        await store.WriteAsync(_folder.Append($"{Guid.NewGuid():N}.json.gz"), packed, options, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(450, LogLevel.Information, "Indexed {Runs} finished runs of experiment '{Experiment}', with {Tables} tables that were there.")]
    private partial void LogCompacted(string experiment, int runs, int tables);

    [LoggerMessage(451, LogLevel.Warning, "The finished runs of experiment '{Experiment}' could not be indexed; searches go on without, and slower.")]
    private partial void LogNotCompacted(string experiment, Exception exception);

    [LoggerMessage(465, LogLevel.Debug, "The log of run '{Run}', which fell silent, could not be read; the run counts as interrupted.")]
    private partial void LogNotSettled(string run, Exception exception);

    [LoggerMessage(452, LogLevel.Debug, "The index of experiment '{Experiment}' changed while it was read; reading it again.")]
    private partial void LogReadAgain(string experiment);
}
