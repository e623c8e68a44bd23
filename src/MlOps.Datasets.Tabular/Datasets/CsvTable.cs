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
        var table = await CsvRowReader<TColumn>.OpenAsync(content, path, options, create, cancellationToken).ConfigureAwait(false);
        await using var _ = table.ConfigureAwait(false);
        while (await table.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // The reader adds the fields of the row to the columns.
        }

        return (table.Rows, table.Columns);
    }

    /// <summary>Opens the parser after the lines before the header.</summary>
    public static async Task<CsvDataReader> OpenAsync(
        Stream content, string path, CsvTableOptions options, StreamReader text, CancellationToken cancellationToken)
    {
        var start = await FindStartAsync(content, IsTabbed(path) ? '\t' : options.Delimiter, cancellationToken).ConfigureAwait(false);
        content.Position = 0;
        await SkipAsync(text, start.Skipped, cancellationToken).ConfigureAwait(false);
        return await CsvDataReader.CreateAsync(text, OptionsFor(start.Delimiter), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Converts an exception of the parser; <see langword="null"/> if the content is not the cause.</summary>
    public static TableFormatException? Translate(Exception exception, string path) => exception switch
    {
        CsvMissingHeadersException => new($"'{path}' is empty. The first row must contain the names of the columns.", exception),
        CsvRecordTooLargeException => new(
            $"'{path}' has a record of more than {MaxRecordSize} characters. Check the file for a missing quotation mark.", exception),
        DecoderFallbackException => new($"'{path}' is not valid UTF-8. Convert the file to UTF-8.", exception),
        FormatException => new($"'{path}' is not a table: {exception.Message}", exception),
        _ => null,
    };

    public static string[] FindNames(CsvDataReader reader, CsvDuplicateNames duplicates)
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

    public static StreamReader Open(Stream content) => new(content, s_strict, detectEncodingFromByteOrderMarks: true, BufferSize, leaveOpen: true);

    private static CsvDataReaderOptions OptionsFor(char delimiter) => new()
    {
        Delimiter = delimiter,
        BufferSize = BufferSize,
        MaxBufferSize = MaxRecordSize,
        OwnsReader = false,
        Comment = '\uFFFF', // no comments: the default, '#', skips rows that begin with it
    };
}
