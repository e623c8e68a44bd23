using System.Globalization;
using Sylvan.Data.Csv;

namespace MlOps.Datasets;

/// <summary>Reads a CSV file row by row into columns.</summary>
/// <typeparam name="TColumn">The type that receives the fields of a column.</typeparam>
internal sealed class CsvRowReader<TColumn> : IAsyncDisposable
    where TColumn : ICsvColumn
{
    private readonly StreamReader _text;
    private readonly CsvDataReader _reader;
    private readonly string _path;
    private readonly string[] _nulls;

    private CsvRowReader(StreamReader text, CsvDataReader reader, string path, CsvTableOptions options, Func<string, int, TColumn> create)
    {
        (_text, _reader, _path) = (text, reader, path);
        _nulls = [.. options.NullTexts];
        Columns = Array.ConvertAll(CsvTable.FindNames(reader, options.DuplicateNames), name => create(name, reader.FieldCount));
    }

    /// <summary>Gets the columns in the order of the file.</summary>
    public TColumn[] Columns { get; }

    /// <summary>Gets the number of rows that were read.</summary>
    public long Rows { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="TableFormatException">The file is not a table.</exception>
    public static async Task<CsvRowReader<TColumn>> OpenAsync(
        Stream content, string path, CsvTableOptions options, Func<string, int, TColumn> create, CancellationToken cancellationToken)
    {
        var text = CsvTable.Open(content);
        try
        {
            var reader = await CsvTable.OpenAsync(content, path, options, text, cancellationToken).ConfigureAwait(false);
            return new CsvRowReader<TColumn>(text, reader, path, options, create);
        }
        catch (Exception exception)
        {
            text.Dispose();
            if (CsvTable.Translate(exception, path) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    /// <summary>Reads a row and adds its fields to the columns.</summary>
    /// <returns><see langword="false"/> at the end of the file.</returns>
    /// <exception cref="TableFormatException">The file is not a table.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // A line with a quoted empty field is a row, and a blank line is not.
                if (_reader.RowFieldCount != 1 || !_reader.GetRawRecordSpan().Trim("\r\n ").IsEmpty)
                {
                    AddRow();
                    return true;
                }
            }

            return false;
        }
        catch (Exception exception) when (CsvTable.Translate(exception, _path) is not null)
        {
            throw CsvTable.Translate(exception, _path)!;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        _text.Dispose();
    }

    private void AddRow()
    {
        if (_reader.RowFieldCount != Columns.Length)
        {
            throw new TableFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"Row {_reader.RowNumber} of '{_path}' has {_reader.RowFieldCount} fields, and the header has {Columns.Length}. "
                + $"Correct the row, or quote the fields that contain the delimiter."));
        }

        for (var i = 0; i < Columns.Length; i++)
        {
            var field = _reader.GetFieldSpan(i);
            Columns[i].Add(IsNull(field) ? default : field);
        }

        Rows++;
    }

    private bool IsNull(ReadOnlySpan<char> field)
    {
        foreach (var text in _nulls)
        {
            if (field.SequenceEqual(text))
            {
                return true;
            }
        }

        return false;
    }
}
