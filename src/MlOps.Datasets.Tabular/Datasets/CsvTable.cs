using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;

namespace MlOps.Datasets;

/// <summary>Reads CSV files row by row, each once and in bounded memory.</summary>
internal static class CsvTable
{
    private const int BufferSize = 64 << 10;
    private const int MaxRecordSize = 16 << 20;
    private const string Delimiters = ",;\t";
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsTabbed(string path) => path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a whole file into columns.</summary>
    /// <typeparam name="TColumn">What takes the fields of a column.</typeparam>
    /// <param name="content">The file; it can seek.</param>
    /// <param name="path">The file's path, for messages; <c>.tsv</c> has tabs.</param>
    /// <param name="create">Makes a column from its name and the number of all columns.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The number of rows, and the columns in the order of the file.</returns>
    /// <exception cref="TableFormatException">The file is not a table.</exception>
    public static async Task<(long Rows, TColumn[] Columns)> ReadAsync<TColumn>(
        Stream content, string path, Func<string, int, TColumn> create, CancellationToken cancellationToken)
        where TColumn : ICsvColumn
    {
        try
        {
            var delimiter = IsTabbed(path) ? '\t' : await FindDelimiterAsync(content, cancellationToken).ConfigureAwait(false);
            content.Position = 0;
            using var text = Open(content);
            var reader = await CsvDataReader.CreateAsync(text, OptionsFor(delimiter), cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            return await ReadAsync(reader, path, create, cancellationToken).ConfigureAwait(false);
        }
        catch (CsvMissingHeadersException exception)
        {
            throw new TableFormatException($"'{path}' is empty. Write a row with the names of the columns first.", exception);
        }
        catch (CsvRecordTooLargeException exception)
        {
            throw new TableFormatException($"'{path}' has a record of more than {MaxRecordSize} characters. A quotation mark may be missing.", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new TableFormatException($"'{path}' is not UTF-8. Convert it.", exception);
        }
        catch (FormatException exception)
        {
            throw new TableFormatException($"'{path}' is not a table: {exception.Message}", exception);
        }
    }

    private static async Task<(long Rows, TColumn[] Columns)> ReadAsync<TColumn>(
        CsvDataReader reader, string path, Func<string, int, TColumn> create, CancellationToken cancellationToken)
        where TColumn : ICsvColumn
    {
        var columns = Array.ConvertAll(FindNames(reader, path), name => create(name, reader.FieldCount));
        var rows = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.RowFieldCount == columns.Length)
            {
                for (var i = 0; i < columns.Length; i++)
                {
                    columns[i].Add(reader.GetFieldSpan(i));
                }

                rows++;
            }
            else if (reader.RowFieldCount != 1 || !reader.GetFieldSpan(0).IsEmpty)
            {
                throw new TableFormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {reader.RowNumber} of '{path}' has {reader.RowFieldCount} fields, and the header has {columns.Length}. Mend the row, or quote what holds the delimiter."));
            }
        }

        return (rows, columns);
    }

    private static string[] FindNames(CsvDataReader reader, string path)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        if (names.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new TableFormatException($"The header of '{path}' has two columns named '{twice.Key}'. Rename one; if there is no header, add one.");
        }

        return names;
    }

    private static async Task<char> FindDelimiterAsync(Stream content, CancellationToken cancellationToken)
    {
        using var text = Open(content);
        var start = new char[BufferSize];
        var length = await text.ReadBlockAsync(start, cancellationToken).ConfigureAwait(false);
        var counts = new int[Delimiters.Length];
        var isQuoted = false;
        foreach (var character in start.AsSpan(0, length))
        {
            isQuoted ^= character == '"';
            if (!isQuoted && character is '\r' or '\n')
            {
                break;
            }

            if (!isQuoted && Delimiters.IndexOf(character, StringComparison.Ordinal) is var index and >= 0)
            {
                counts[index]++;
            }
        }

        return Delimiters[Array.IndexOf(counts, counts.Max())];
    }

    private static StreamReader Open(Stream content) => new(content, s_strict, detectEncodingFromByteOrderMarks: true, BufferSize, leaveOpen: true);

    private static CsvDataReaderOptions OptionsFor(char delimiter) => new()
    {
        Delimiter = delimiter,
        BufferSize = BufferSize,
        MaxBufferSize = MaxRecordSize,
        OwnsReader = false,
        Comment = '\uFFFF', // none: the default, '#', would drop rows that begin with it
    };
}
