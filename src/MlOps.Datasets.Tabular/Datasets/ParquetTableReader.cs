using Parquet;
using Parquet.Schema;

namespace MlOps.Datasets;

/// <summary>Reads Parquet files: <c>.parquet</c>.</summary>
/// <remarks>
/// <para>The types are those of the schema of the file. A field of a structure is a separate column, named by its path with dots. Lists and maps
/// have the type <see cref="ColumnType.Nested"/> and no statistics. Dates and times are interpreted as UTC. Decimals are summarized in double precision. A
/// column that cannot be read has a <see cref="ColumnProfile.Fault"/> instead of statistics; the other columns are profiled.</para>
/// <para>Distinct values are counted exactly up to 10,000 in a column, or 1,000,000 divided by the number of columns if that is less. Thread-safe. Memory is
/// bounded by the uncompressed size of the largest column of a row group.</para>
/// </remarks>
public sealed class ParquetTableReader : ITableReader
{
    private const int NoErrorCode = unchecked((int)0x80131620);

    /// <inheritdoc/>
    public string Name => "parquet-2";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public async Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            var options = new ParquetOptions { UseBigDecimal = true };
            var reader = await ParquetReader.CreateAsync(content, options, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            return await ReadAsync(reader, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFaultOfFile(exception))
        {
            throw new TableFormatException(
                $"'{path}' is not a readable Parquet file. Write the file again. The parser reports: {exception.Message}", exception);
        }
    }

    /// <summary>Determines whether an exception is caused by the content of the file and not by the disk.</summary>
    /// <remarks>
    /// The parser trusts the numbers in a file, so a damaged file can cause any exception, including <see cref="OutOfMemoryException"/>. The parser throws
    /// <see cref="IOException"/> too, but only an exception of the operating system has a specific error code.
    /// </remarks>
    internal static bool IsFaultOfFile(Exception exception) => exception switch
    {
        OperationCanceledException => false,
        EndOfStreamException or IOException { HResult: NoErrorCode } => true,
        _ => exception is not IOException,
    };

    private static async Task<TableProfile> ReadAsync(ParquetReader reader, string path, CancellationToken cancellationToken)
    {
        var encodings = ParquetEncodings.TakeFrom(reader.Metadata!.Schema); // before the parser creates its schema
        var fields = reader.Schema.GetDataFields();
        var limit = DistinctCounter.LimitFor(fields.Length);
        var columns = fields.Zip(encodings, (field, encoding) => (Field: field, Column: new ParquetColumn(field, encoding, limit))).ToArray();
        var named = columns.GroupBy(static column => column.Column.Name, StringComparer.Ordinal);
        foreach (var column in named.Where(static group => group.Count() > 1).SelectMany(static group => group))
        {
            column.Column.Fail($"'{path}' has more than one column named '{column.Column.Name}'. Rename all but one.");
        }

        var rows = 0L;
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            rows += group.RowCount;
            foreach (var (field, column) in columns.Where(static column => column.Column.IsSummarized))
            {
                await ReadAsync(group, field, column, path, cancellationToken).ConfigureAwait(false);
            }
        }

        return new TableProfile
        {
            Rows = rows,
            Columns = [.. columns.Select(static column => column.Column.ToProfile()).DistinctBy(static column => column.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>Reads a column of a row group. A column that cannot be read, for example because of an unsupported type, does not affect other
    /// columns.</summary>
    private static async Task ReadAsync(ParquetRowGroupReader group, DataField field, ParquetColumn column, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var data = await group.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
            column.Add(data, checked((int)group.RowCount));
        }
        catch (Exception exception) when (IsFaultOfFile(exception))
        {
            column.Fail($"The column '{column.Name}' of '{path}' cannot be read: {exception.Message} Write the column again, or write it with another type.");
        }
    }
}
