using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Profiles the tabular files of a snapshot. Profiles of unchanged files are taken from the parent.</summary>
internal sealed partial class TableProfiler(IEnumerable<ITableReader> readers, ILogger<TableProfiler> logger)
{
    // Reading a table keeps a processor busy, and a row group of a Parquet file also needs memory.
    private const int MaxParallelism = 4;
    private readonly ITableReader[] _readers = [.. readers.Reverse()];

    /// <summary>Profiles tables, several at a time.</summary>
    /// <param name="sources">The files on disk.</param>
    /// <param name="files">The stored files, at the same positions.</param>
    /// <param name="parent">The manifest of the parent; <see langword="null"/> if there is no parent.</param>
    /// <param name="preferred">The readers that take precedence over the registered readers. The last reader comes first.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The profiles in the order of their paths, limited to the size that a manifest has room for.</returns>
    public async Task<IReadOnlyList<DatasetTable>> ReadAsync(
        IReadOnlyList<SourceFile> sources,
        IReadOnlyList<ContentFile> files,
        DatasetManifest? parent,
        IReadOnlyList<ITableReader> preferred,
        CancellationToken cancellationToken)
    {
        ITableReader[] readers = [.. preferred.Reverse(), .. _readers];
        var known = FindKnown(parent);
        var tables = new DatasetTable?[sources.Count];
        var limit = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MaxParallelism),
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, sources.Count, limit, async (i, token) =>
        {
            if (Array.Find(readers, reader => reader.CanRead(files[i].Path)) is { } reader)
            {
                tables[i] = known.TryGetValue((files[i].Sha256, reader.Name), out var profile)
                    ? new DatasetTable { Path = files[i].Path, Reader = reader.Name, Profile = profile }
                    : await ReadAsync(reader, sources[i], token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return Limit([.. tables.OfType<DatasetTable>()]);
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

    private DatasetTable[] Limit(DatasetTable[] tables)
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
            LogUnreadableTable(source.Path, reader.Name, exception);
            return new DatasetTable { Path = source.Path, Reader = reader.Name, Fault = exception.Message };
        }
    }

    [LoggerMessage(357, LogLevel.Warning, "The file '{Path}' is recorded without a profile, because it cannot be read as {Reader}.")]
    private partial void LogUnreadableTable(string path, string reader, Exception exception);

    [LoggerMessage(356, LogLevel.Warning, "The profile of '{Path}' is incomplete in column '{Column}': {Fault}")]
    private partial void LogColumnFault(string path, string column, string fault);

    [LoggerMessage(355, LogLevel.Warning,
        "{Count} of {Total} tables, from '{Path}' on, are recorded without a profile, because the profiles of a version are limited to 64 MiB.")]
    private partial void LogTooManyTables(int count, int total, string path);
}
