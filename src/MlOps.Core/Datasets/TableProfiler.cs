using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Reads the files of a snapshot that are tables, except those whose profile is known from the parent.</summary>
internal sealed partial class TableProfiler(IEnumerable<ITableReader> readers, ILogger<TableProfiler> logger)
{
    // A table takes a processor; a row group of a Parquet file takes memory too.
    private const int MostAtATime = 4;
    private readonly ITableReader[] _readers = [.. readers.Reverse()];

    /// <summary>Reads tables, several at a time.</summary>
    /// <param name="sources">The files on disk.</param>
    /// <param name="files">The same files as they were stored, at the same places.</param>
    /// <param name="parent">The parent's manifest, if there is one.</param>
    /// <param name="first">Readers that come before those that are registered; of these too the last comes first.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What is known of tables, in the order of their paths; no larger as JSON than a manifest has room for.</returns>
    public async Task<IReadOnlyList<DatasetTable>> ReadAsync(
        IReadOnlyList<SourceFile> sources,
        IReadOnlyList<ContentFile> files,
        DatasetManifest? parent,
        IReadOnlyList<ITableReader> first,
        CancellationToken cancellationToken)
    {
        ITableReader[] readers = [.. first.Reverse(), .. _readers];
        var known = FindKnown(parent);
        var tables = new DatasetTable?[sources.Count];
        var limit = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostAtATime), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, sources.Count, limit, async (i, token) =>
        {
            if (Array.Find(readers, reader => reader.CanRead(files[i].Path)) is { } reader)
            {
                tables[i] = known.TryGetValue((files[i].Sha256, reader.Name), out var profile)
                    ? new DatasetTable { Path = files[i].Path, Reader = reader.Name, Profile = profile }
                    : await ReadAsync(reader, sources[i], token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return Bound([.. tables.OfType<DatasetTable>()]);
    }

    private static Dictionary<(Sha256Digest Digest, string Reader), TableProfile> FindKnown(DatasetManifest? parent)
    {
        var known = new Dictionary<(Sha256Digest Digest, string Reader), TableProfile>();
        if (parent is { Tables.Count: > 0 })
        {
            var digests = parent.Files.ToDictionary(static file => file.Path, static file => file.Sha256, StringComparer.Ordinal);
            foreach (var table in parent.Tables.Where(table => table.Profile is not null && digests.ContainsKey(table.Path)))
            {
                known[(digests[table.Path], table.Reader)] = table.Profile!;
            }
        }

        return known;
    }

    private DatasetTable[] Bound(DatasetTable[] tables)
    {
        var size = 0L;
        for (var i = 0; i < tables.Length; i++)
        {
            size += JsonSerializer.SerializeToUtf8Bytes(tables[i], DatasetJson.Default.DatasetTable).Length;
            if (size > DatasetManifest.MaxTablesSize)
            {
                LogTooManyTables(tables.Length - i, tables.Length, tables[i].Path);
                return tables[..i];
            }
        }

        return tables;
    }

    private async Task<DatasetTable> ReadAsync(ITableReader reader, SourceFile source, CancellationToken cancellationToken)
    {
        var content = source.OpenRead();
        await using var _ = content.ConfigureAwait(false);
        try
        {
            var profile = await reader.ReadAsync(content, source.Path, cancellationToken).ConfigureAwait(false);
            foreach (var column in profile.Columns.Where(static column => column.Fault is not null))
            {
                LogColumnFault(source.Path, column.Name, column.Fault!);
            }

            return new DatasetTable { Path = source.Path, Reader = reader.Name, Profile = profile };
        }
        catch (TableFormatException exception)
        {
            LogNoTable(source.Path, reader.Name, exception);
            return new DatasetTable { Path = source.Path, Reader = reader.Name, Fault = exception.Message };
        }
    }

    [LoggerMessage(354, LogLevel.Warning, "'{Path}' is recorded without a profile: it cannot be read as {Reader}.")]
    private partial void LogNoTable(string path, string reader, Exception exception);

    [LoggerMessage(356, LogLevel.Warning, "The profile of '{Path}' is incomplete in column '{Column}': {Fault}")]
    private partial void LogColumnFault(string path, string column, string fault);

    [LoggerMessage(355, LogLevel.Warning, "{Count} of {Total} tables are recorded without a profile, those from '{Path}' on: there is no room for more.")]
    private partial void LogTooManyTables(int count, int total, string path);
}
