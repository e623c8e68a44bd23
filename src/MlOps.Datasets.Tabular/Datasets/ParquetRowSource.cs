using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace MlOps.Datasets;

/// <summary>Reads the rows of a Parquet file: one batch for each row group.</summary>
internal sealed class ParquetRowSource : IRowSource
{
    private readonly Func<CancellationToken, Task<Stream>> _open;
    private readonly string _path;
    private readonly List<RowColumn> _columns = [];
    private readonly List<string> _warnings = [];

    private ParquetRowSource(Func<CancellationToken, Task<Stream>> open, string path, ParquetReader reader, IReadOnlyList<ParquetEncoding> encodings)
    {
        (_open, _path) = (open, path);
        foreach (var (field, encoding) in reader.Schema.GetDataFields().Zip(encodings))
        {
            var name = NameOf(field);
            var type = ParquetColumn.TypeOf(field, encoding);
            if (type is ColumnType.Nested or ColumnType.Binary or ColumnType.Time)
            {
                _warnings.Add($"The column '{name}' of '{path}' has the type {type}, which is not read. Write it as numbers or texts to read it.");
            }
            else if (_columns.Exists(column => column.Name == name))
            {
                _warnings.Add($"'{path}' has more than one column named '{name}'. Only the first one is read. Rename all but one.");
            }
            else
            {
                _columns.Add(new RowColumn(name, type == ColumnType.String));
            }
        }
    }

    public IReadOnlyList<RowColumn> Columns => _columns;

    public IReadOnlyList<string> Warnings => _warnings;

    public static async Task<ParquetRowSource> OpenAsync(Func<CancellationToken, Task<Stream>> open, string path, CancellationToken cancellationToken)
    {
        var content = await open(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        return await GuardAsync($"'{path}'", async () =>
        {
            var (reader, encodings) = await OpenAsync(content, cancellationToken).ConfigureAwait(false);
            await using var __ = reader.ConfigureAwait(false);
            return new ParquetRowSource(open, path, reader, encodings);
        }).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var content = await _open(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var (reader, encodings) = await GuardAsync($"'{_path}'", () => OpenAsync(content, cancellationToken)).ConfigureAwait(false);
        await using var disposal = reader.ConfigureAwait(false);
        var fields = reader.Schema.GetDataFields().Zip(encodings, static (field, encoding) => (Field: field, Encoding: encoding))
            .DistinctBy(static item => NameOf(item.Field), StringComparer.Ordinal)
            .Where(item => _columns.Exists(column => column.Name == NameOf(item.Field)))
            .ToArray();
        if (fields.Length != _columns.Count)
        {
            throw new TableFormatException($"The columns of '{_path}' changed while the file was read. Read the file again when it is complete.");
        }

        var texts = Array.ConvertAll(fields, static _ => new TextPool());
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            if (group.RowCount == 0)
            {
                continue;
            }

            var batch = new RowBatch(_columns, checked((int)group.RowCount)) { Count = checked((int)group.RowCount) };
            for (var column = 0; column < fields.Length; column++)
            {
                var (at, (field, encoding)) = (column, fields[column]);
                await GuardAsync($"The column '{NameOf(field)}' of '{_path}'", async () =>
                {
                    using var data = await group.ReadRawColumnDataBaseAsync(field, cancellationToken).ConfigureAwait(false);
                    ParquetRowColumn.Fill(batch, at, data, field.MaxDefinitionLevel, encoding, texts[at]);
                    return true;
                }).ConfigureAwait(false);
            }

            yield return batch;
        }
    }

    private static async Task<(ParquetReader Reader, IReadOnlyList<ParquetEncoding> Encodings)> OpenAsync(Stream content, CancellationToken cancellationToken)
    {
        var reader = await ParquetReader.CreateAsync(content, new ParquetOptions { UseBigDecimal = true }, leaveStreamOpen: true, cancellationToken)
            .ConfigureAwait(false);
        return (reader, ParquetEncodings.TakeFrom(reader.Metadata!.Schema));
    }

    private static async Task<T> GuardAsync<T>(string item, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not TableFormatException && ParquetTableReader.IsFaultOfFile(exception))
        {
            throw new TableFormatException(
                $"{item} cannot be read as Parquet. The file may be cut short or damaged. Write the file again. The parser reports: {exception.Message}",
                exception);
        }
    }

    private static string NameOf(DataField field) => string.Join('.', field.Path.ToList());
}
