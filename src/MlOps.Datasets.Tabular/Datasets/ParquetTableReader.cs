using Parquet;
using Parquet.Schema;

namespace MlOps.Datasets;

/// <summary>Reads Parquet files: <c>.parquet</c>.</summary>
/// <remarks>
/// <para>Types are those of the file's schema, whatever the values are. A field within structures is a column of its own, named by its path with dots; of lists and maps only
/// the type is told (<see cref="ColumnType.Nested"/>). Moments are taken as UTC; decimals are summed up in double precision.
/// A column that cannot be read has a <see cref="ColumnProfile.Fault"/> in place of figures, and the others are profiled.</para>
/// <para>Different values are counted exactly up to 10,000 in a column, or 1,000,000 divided by the number of columns if that is less. Thread-safe.
/// Memory is bounded by the largest column of one row group, as it is when it is unpacked.</para>
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
            throw new TableFormatException($"'{path}' is not a Parquet file that can be read: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Whatever the parser throws at damaged bytes (it trusts the numbers in them, so also for want of memory) says something about the file; a disk that fails does not.
    /// The parser throws <see cref="IOException"/> too, but only the operating system's carry an error code of their own.
    /// </summary>
    private static bool IsFaultOfFile(Exception exception) => exception switch
    {
        OperationCanceledException => false,
        EndOfStreamException or IOException { HResult: NoErrorCode } => true,
        _ => exception is not IOException,
    };

    private static async Task<TableProfile> ReadAsync(ParquetReader reader, string path, CancellationToken cancellationToken)
    {
        var meanings = ParquetMeanings.TakeFrom(reader.Metadata!.Schema); // before the parser makes its schema
        var fields = reader.Schema.GetDataFields();
        var limit = DistinctCounter.LimitFor(fields.Length);
        var columns = fields.Zip(meanings, (field, meaning) => (Field: field, Column: new ParquetColumn(field, meaning, limit))).ToArray();
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
            foreach (var (field, column) in columns.Where(static column => column.Column.IsSummedUp))
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

    /// <summary>
    /// Reads a column of a row group. One that cannot be read, such as of a type that the parser does not have, costs the file no other column.
    /// </summary>
    private static async Task ReadAsync(ParquetRowGroupReader group, DataField field, ParquetColumn column, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var data = await group.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
            column.Add(data, checked((int)group.RowCount));
        }
        catch (Exception exception) when (IsFaultOfFile(exception))
        {
            column.Fail($"The column '{column.Name}' of '{path}' cannot be read: {exception.Message} Write it again, or with another type.");
        }
    }
}
