using Parquet;
using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>Writes rows to a Parquet file, one row group after another.</summary>
/// <remarks>Not thread-safe. Add a value to every column and then call <see cref="EndRowsAsync"/>.</remarks>
internal sealed class LogFile
{
    /// <summary>The maximum number of rows of a row group. 30 features of a row group take 6 MB in memory.</summary>
    public const int MaxGroupRows = 16_384;

    private readonly ParquetWriter _writer;
    private readonly Stream _stream;
    private readonly IReadOnlyList<LogColumn> _columns;
    private int _groupRows;

    private LogFile(ParquetWriter writer, Stream stream, IReadOnlyList<LogColumn> columns)
    {
        _writer = writer;
        _stream = stream;
        _columns = columns;
    }

    /// <summary>Gets the number of rows, with those that are not yet encoded.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets the number of rows that can be added before <see cref="EndRowsAsync"/> must be called.</summary>
    public int GroupSpace => MaxGroupRows - _groupRows;

    /// <summary>Gets the size of the encoded rows in bytes.</summary>
    public long Size => _stream.Length;

    /// <summary>Creates a file.</summary>
    /// <param name="stream">The seekable stream, which the caller disposes.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The file.</returns>
    public static async Task<LogFile> CreateAsync(Stream stream, IReadOnlyList<LogColumn> columns, CancellationToken cancellationToken)
    {
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Snappy,

            // Without a sample, the writer builds a dictionary of each column to find that most of its values are distinct, which halves the speed.
            DictionaryEncodingSampleSize = 512,
        };
        var schema = new ParquetSchema(columns.Select(static column => (Field)column.Field));
        var writer = await ParquetWriter.CreateAsync(schema, stream, options, append: false, cancellationToken).ConfigureAwait(false);
        return new LogFile(writer, stream, columns);
    }

    /// <summary>Counts rows whose values were added to every column, and encodes a row group when it is full.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="isGroupFull">Whether to end the row group, for example because its texts are long.</param>
    /// <param name="cancellationToken">Cancels the call. The file is not usable afterwards.</param>
    /// <returns>A task that completes when the rows can be followed by others.</returns>
    public async ValueTask EndRowsAsync(int rows, bool isGroupFull, CancellationToken cancellationToken)
    {
        Rows += rows;
        _groupRows += rows;
        if (_groupRows >= MaxGroupRows || isGroupFull)
        {
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the remaining rows and the footer. The stream stays open.</summary>
    /// <param name="cancellationToken">Cancels the call. The file is not usable afterwards.</param>
    /// <returns>A task that completes when the file is complete.</returns>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_groupRows > 0)
        {
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
        }

        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.WriteAsync(group, cancellationToken).ConfigureAwait(false);
        }

        group.CompleteValidate();
        _groupRows = 0;
    }
}
