using MlOps.Datasets;
using MlOps.Storage;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>Reads the columns of a Parquet file, one row group after another.</summary>
/// <remarks>Not thread-safe. The file is in memory.</remarks>
internal sealed class LogFileReader : IAsyncDisposable
{
    /// <summary>The maximum size of a file. This package writes files of about 64 MiB or less.</summary>
    public const int MaxSize = 256 << 20;
    private const int NoErrorCode = unchecked((int)0x80131620);

    private readonly Stream _stream;
    private readonly ParquetReader _reader;
    private readonly Dictionary<string, DataField> _fields;

    private LogFileReader(Stream stream, ParquetReader reader)
    {
        _stream = stream;
        _reader = reader;
        _fields = reader.Schema.DataFields.ToDictionary(static field => string.Join('.', field.Path.ToList()), StringComparer.Ordinal);
    }

    /// <summary>Gets the names of the columns.</summary>
    public IEnumerable<string> Names => _fields.Keys;

    /// <summary>Gets the number of row groups.</summary>
    public int Groups => _reader.RowGroupCount;

    /// <summary>Opens a file.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The reader.</returns>
    public static async Task<LogFileReader> OpenAsync(IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken)
    {
        var stream = new MemoryStream(await store.ReadBytesAsync(path, MaxSize, cancellationToken).ConfigureAwait(false), writable: false);
        try
        {
            var reader = await ParquetReader.CreateAsync(stream, new ParquetOptions(), leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
            return new LogFileReader(stream, reader);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Determines whether an exception is caused by the content of a file and not by the store.</summary>
    /// <remarks>The parser trusts the numbers in a file, so a damaged file can cause any exception, including <see cref="OutOfMemoryException"/>. The parser
    /// throws <see cref="IOException"/> too, but only an exception of the operating system has a specific error code.</remarks>
    public static bool IsFaultOfFile(Exception exception) => exception switch
    {
        OperationCanceledException => false,
        ArtifactIntegrityException or ArtifactNotFoundException => true,
        MlOpsException => false,
        EndOfStreamException or IOException { HResult: NoErrorCode } => true,
        _ => exception is not IOException,
    };

    public bool Contains(string name) => _fields.ContainsKey(name);

    /// <summary>Determines whether the values of a column are texts.</summary>
    public bool IsText(string name) => _fields[name].ClrType == typeof(ReadOnlyMemory<char>);

    /// <summary>Opens a row group.</summary>
    /// <param name="index">The index of the row group.</param>
    /// <param name="rows">The number of rows.</param>
    public ParquetRowGroupReader OpenGroup(int index, out int rows)
    {
        var group = _reader.OpenRowGroupReader(index);
        rows = checked((int)group.RowCount);
        return group;
    }

    /// <summary>Reads a column of a row group.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="group">The row group.</param>
    /// <param name="name">The name of the column.</param>
    /// <param name="convert">Converts the stored values.</param>
    /// <param name="missing">The value of a row without a value.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The values, one for each row.</returns>
    /// <exception cref="InvalidDataException">There is no column with the name, or it has another type.</exception>
    public async Task<T[]> ReadAsync<T>(
        ParquetRowGroupReader group, string name, Func<RawColumnData, Func<int, T>?> convert, T missing, CancellationToken cancellationToken)
    {
        if (!_fields.TryGetValue(name, out var field))
        {
            throw new InvalidDataException($"The column '{name}' is missing. Write the file again with this column.");
        }

        using var data = await group.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
        var valueOf = convert(data)
            ?? throw new InvalidDataException($"The column '{name}' has the type {field.ClrType.Name}. Write the file again with the documented type.");
        var values = new T[checked((int)group.RowCount)];
        if (field.MaxDefinitionLevel == 0)
        {
            for (var row = 0; row < values.Length; row++)
            {
                values[row] = valueOf(row);
            }

            return values;
        }

        var next = 0;
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = data.DefinitionLevels[row] == field.MaxDefinitionLevel ? valueOf(next++) : missing;
        }

        return values;
    }

    public Task<double[]> ReadNumbersAsync(ParquetRowGroupReader group, string name, CancellationToken cancellationToken) => ReadAsync(
        group, name,
        static data => data switch
        {
            RawColumnData<double> values => row => values.Values[row],
            RawColumnData<float> values => row => values.Values[row],
            RawColumnData<int> values => row => values.Values[row],
            RawColumnData<long> values => row => values.Values[row],
            RawColumnData<bool> values => row => values.Values[row] ? 1 : 0,
            _ => null,
        },
        RowBatch.Missing, cancellationToken);

    public Task<string?[]> ReadTextsAsync(ParquetRowGroupReader group, string name, CancellationToken cancellationToken)
    {
        var known = new TextPool();
        return ReadAsync<string?>(
            group, name, data => data is RawColumnData<ReadOnlyMemory<char>> values ? row => known.Get(values.Values[row].Span) : null, null,
            cancellationToken);
    }

    public Task<bool[]> ReadBooleansAsync(ParquetRowGroupReader group, string name, CancellationToken cancellationToken) => ReadAsync(
        group, name, static data => data is RawColumnData<bool> values ? row => values.Values[row] : null, false, cancellationToken);

    public Task<long[]> ReadIntegersAsync(ParquetRowGroupReader group, string name, CancellationToken cancellationToken) => ReadAsync<long>(
        group, name,
        static data => data switch
        {
            RawColumnData<int> values => row => (long)values.Values[row],
            RawColumnData<long> values => row => values.Values[row],
            _ => null,
        },
        0, cancellationToken);

    public Task<long[]> ReadTimesAsync(ParquetRowGroupReader group, string name, CancellationToken cancellationToken) => ReadAsync<long>(
        group, name, static data => data is RawColumnData<DateTime> values ? row => values.Values[row].Ticks : null, 0, cancellationToken);

    public Task<Guid[]> ReadIdsAsync(ParquetRowGroupReader group, CancellationToken cancellationToken) => ReadAsync(
        group, LogColumns.Id, static data => data is RawColumnData<ReadOnlyMemory<char>> values ? row => Guid.Parse(values.Values[row].Span) : null,
        Guid.Empty, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
