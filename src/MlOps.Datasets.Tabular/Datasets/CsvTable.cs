using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;

namespace MlOps.Datasets;

/// <summary>Reads CSV files row by row in one pass, with bounded memory.</summary>
internal static class CsvTable
{
    private const int BufferSize = 64 << 10;
    private const int MaxRecordSize = 16 << 20;
    private const int SampleSize = 64 << 10;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool IsTabbed(string path) => path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets the number format of a dialect.</summary>
    public static NumberFormatInfo FormatOf(CsvTableOptions options) => options.DecimalSeparator == ',' ? CsvValue.DecimalComma : CsvValue.DecimalPoint;

    /// <summary>Reads a file into columns.</summary>
    /// <typeparam name="TColumn">The type that receives the fields of a column.</typeparam>
    /// <param name="content">The file. The stream must be seekable.</param>
    /// <param name="path">The path of the file, for messages. The extension <c>.tsv</c> selects tabs.</param>
    /// <param name="options">The dialect.</param>
    /// <param name="create">Creates a column from its name and the number of columns.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The number of rows, and the columns in the order of the file.</returns>
    /// <exception cref="TableFormatException">The file is not a table.</exception>
    public static async Task<(long Rows, TColumn[] Columns)> ReadAsync<TColumn>(
        Stream content, string path, CsvTableOptions options, Func<string, int, TColumn> create, CancellationToken cancellationToken)
        where TColumn : ICsvColumn
    {
        try
        {
            var start = await FindStartAsync(content, IsTabbed(path) ? '\t' : options.Delimiter, cancellationToken).ConfigureAwait(false);
            content.Position = 0;
            using var text = Open(content);
            await SkipAsync(text, start.Skipped, cancellationToken).ConfigureAwait(false);
            var reader = await CsvDataReader.CreateAsync(text, OptionsFor(start.Delimiter), cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            return await ReadAsync(reader, path, options, create, cancellationToken).ConfigureAwait(false);
        }
        catch (CsvMissingHeadersException exception)
        {
            throw new TableFormatException($"'{path}' is empty. The first row must contain the names of the columns.", exception);
        }
        catch (CsvRecordTooLargeException exception)
        {
            throw new TableFormatException(
                $"'{path}' has a record of more than {MaxRecordSize} characters. Check the file for a missing quotation mark.", exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new TableFormatException($"'{path}' is not valid UTF-8. Convert the file to UTF-8.", exception);
        }
        catch (FormatException exception)
        {
            throw new TableFormatException($"'{path}' is not a table: {exception.Message}", exception);
        }
    }

    private static async Task<(long Rows, TColumn[] Columns)> ReadAsync<TColumn>(
        CsvDataReader reader, string path, CsvTableOptions options, Func<string, int, TColumn> create, CancellationToken cancellationToken)
        where TColumn : ICsvColumn
    {
        var columns = Array.ConvertAll(FindNames(reader, options.DuplicateNames), name => create(name, reader.FieldCount));
        var nulls = options.NullTexts.ToArray();
        var rows = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.RowFieldCount == 1 && reader.GetRawRecordSpan().Trim("\r\n ").IsEmpty)
            {
                continue; // a blank line; a line with a quoted empty field is a row
            }

            if (reader.RowFieldCount == columns.Length)
            {
                for (var i = 0; i < columns.Length; i++)
                {
                    var field = reader.GetFieldSpan(i);
                    columns[i].Add(IsNull(field, nulls) ? default : field);
                }

                rows++;
            }
            else
            {
                throw new TableFormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {reader.RowNumber} of '{path}' has {reader.RowFieldCount} fields, and the header has {columns.Length}. "
                    + $"Correct the row, or quote the fields that contain the delimiter."));
            }
        }

        return (rows, columns);
    }

    private static bool IsNull(ReadOnlySpan<char> field, string[] nulls)
    {
        foreach (var text in nulls)
        {
            if (field.SequenceEqual(text))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] FindNames(CsvDataReader reader, CsvDuplicateNames duplicates)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        if (duplicates == CsvDuplicateNames.Rename)
        {
            var taken = names.ToHashSet(StringComparer.Ordinal);
            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < names.Length; i++)
            {
                var name = names[i];
                if (counts.TryAdd(name, 0))
                {
                    continue;
                }

                do
                {
                    names[i] = string.Create(CultureInfo.InvariantCulture, $"{name}_{++counts[name]}");
                }
                while (!taken.Add(names[i]));
            }
        }

        return names;
    }

    private static async Task<CsvHeaderPosition> FindStartAsync(Stream content, char? delimiter, CancellationToken cancellationToken)
    {
        using var text = Open(content);
        return await CsvHeaderPosition.FindAsync(text, SampleSize, delimiter, cancellationToken).ConfigureAwait(false);
    }

    private static async Task SkipAsync(StreamReader text, long count, CancellationToken cancellationToken)
    {
        var buffer = new char[Math.Min(count, SampleSize)];
        while (count > 0)
        {
            count -= await text.ReadBlockAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken).ConfigureAwait(false);
        }
    }

    private static StreamReader Open(Stream content) => new(content, s_strict, detectEncodingFromByteOrderMarks: true, BufferSize, leaveOpen: true);

    private static CsvDataReaderOptions OptionsFor(char delimiter) => new()
    {
        Delimiter = delimiter,
        BufferSize = BufferSize,
        MaxBufferSize = MaxRecordSize,
        OwnsReader = false,
        Comment = '\uFFFF', // no comments: the default, '#', skips rows that begin with it
    };
}
