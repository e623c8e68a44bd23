using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using MlOps.Models;

namespace MlOps.Datasets;

/// <summary>Reads the rows of a data view.</summary>
internal sealed class DataViewRowSource : IRowSource
{
    private const int BatchSize = 1024;
    private const int MaxElements = 1024;

    private readonly IDataView _data;
    private readonly List<RowColumn> _columns = [];
    private readonly List<DataViewRowColumn> _read = [];
    private readonly List<string> _warnings = [];

    public DataViewRowSource(IDataView data)
    {
        _data = data;
        foreach (var column in data.Schema.Where(static column => !column.IsHidden))
        {
            Add(column);
        }
    }

    public IReadOnlyList<RowColumn> Columns => _columns;

    public IReadOnlyList<string> Warnings => _warnings;

    public async IAsyncEnumerable<RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        var batch = new RowBatch(_columns, BatchSize);
        using var cursor = _data.GetRowCursor(_read.Select(static column => column.Column));
        var readers = _read.ConvertAll(column => column.CreateReader(cursor, batch));
        while (cursor.MoveNext())
        {
            foreach (var read in readers)
            {
                read();
            }

            if (++batch.Count == batch.Capacity)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return batch;
                batch.Count = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void Add(DataViewSchema.Column column)
    {
        var type = new ModelColumn(column);
        if (DataViewRowColumn.TryCreate(type, _columns.Count) is not { } read)
        {
            _warnings.Add(
                $"The column '{column.Name}' has the type {column.Type}, which is not read. Convert it to numbers, Booleans, dates or texts to read it.");
        }
        else if (type.IsVector && type.Size == 0)
        {
            _warnings.Add($"The column '{column.Name}' is a vector of variable size, which is not read. Convert it to a vector of a fixed size to read it.");
        }
        else
        {
            if (type.Size > MaxElements)
            {
                _warnings.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The column '{column.Name}' has {type.Size} elements. Only the first {MaxElements} are read. Select fewer features."));
            }

            read.Length = Math.Min(type.Size, MaxElements);
            _read.Add(read);
            _columns.AddRange(Enumerable.Range(0, read.Length).Select(index => new RowColumn(
                type.IsVector ? string.Create(CultureInfo.InvariantCulture, $"{column.Name}[{index}]") : column.Name, read.IsText)));
        }
    }
}
