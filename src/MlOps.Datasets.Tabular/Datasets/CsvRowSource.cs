using System.Globalization;
using System.Runtime.CompilerServices;

namespace MlOps.Datasets;

/// <summary>Reads the rows of a CSV file.</summary>
internal sealed class CsvRowSource : IRowSource
{
    private const int BatchSize = 1024;

    private readonly Func<CancellationToken, Task<Stream>> _open;
    private readonly string _path;
    private readonly CsvTableOptions _options;
    private readonly Dictionary<string, (int Index, ColumnType Type)> _read = new(StringComparer.Ordinal);
    private readonly List<RowColumn> _columns = [];
    private readonly List<string> _warnings = [];

    private CsvRowSource(Func<CancellationToken, Task<Stream>> open, string path, CsvTableOptions options, TableProfile table)
    {
        (_open, _path, _options) = (open, path, options);
        foreach (var column in table.Columns)
        {
            if (column.Name.Length == 0)
            {
                _warnings.Add($"'{path}' has a column without a name, which is not read. Add its name to the header.");
            }
            else if (column is { Type: ColumnType.Empty, Fault: { } fault })
            {
                _warnings.Add(fault);
            }
            else
            {
                _read.Add(column.Name, (_columns.Count, column.Type));
                _columns.Add(new RowColumn(column.Name, column.Type == ColumnType.String));
            }
        }
    }

    public IReadOnlyList<RowColumn> Columns => _columns;

    public IReadOnlyList<string> Warnings => _warnings;

    public static async Task<CsvRowSource> OpenAsync(
        Func<CancellationToken, Task<Stream>> open, string path, CsvTableOptions options, CsvTableReader reader, CancellationToken cancellationToken)
    {
        var content = await open(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        return new CsvRowSource(open, path, options, await reader.ReadAsync(content, path, cancellationToken).ConfigureAwait(false));
    }

    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var batch = new RowBatch(_columns, BatchSize);
        var format = CsvTable.FormatOf(_options);
        var content = await _open(cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        var reader = await CsvRowReader<Column>.OpenAsync(
            content,
            _path,
            _options,
            (name, _) => _read.TryGetValue(name, out var read)
                ? new Column(batch, read.Index, read.Type, format, _path)
                : new Column(batch, -1, default, format, _path),
            cancellationToken).ConfigureAwait(false);
        await using var disposal = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (++batch.Count == batch.Capacity)
            {
                yield return batch;
                batch.Count = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <summary>Writes the fields of a column into a batch.</summary>
    private sealed class Column(RowBatch batch, int index, ColumnType type, NumberFormatInfo format, string path) : ICsvColumn
    {
        private readonly TextPool _texts = new();

        public void Add(ReadOnlySpan<char> text)
        {
            if (index < 0)
            {
                return;
            }

            if (type == ColumnType.String)
            {
                batch.Texts(index)[batch.Count] = text.IsEmpty ? null : _texts.Get(text);
            }
            else
            {
                batch.Numbers(index)[batch.Count] = text.IsEmpty ? RowBatch.Missing : Parse(text);
            }
        }

        private double Parse(ReadOnlySpan<char> text) => type switch
        {
            ColumnType.Boolean when CsvValue.TryParseBoolean(text, out var flag) => flag ? 1 : 0,
            ColumnType.Date or ColumnType.DateTime when CsvValue.TryParseDate(text, out var time) || CsvValue.TryParseMoment(text, out time) =>
                (time.UtcTicks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond,
            ColumnType.Date or ColumnType.DateTime when CsvValue.TryParseInfinity(text, out var infinity) => infinity,
            ColumnType.Integer or ColumnType.Number when CsvValue.TryParseNumber(text, format, out var number) => number,
            _ => throw new TableFormatException(
                $"The value '{text}' of the column '{batch.Columns[index].Name}' of '{path}' is not of the type {type} that all values had before. "
                + "Read the file again when it is complete."),
        };
    }
}
