using System.Globalization;
using System.Text;
using Sylvan.Data.Csv;

namespace MlOps.Datasets;

/// <summary>Reads text files with delimited fields: <c>.csv</c> and <c>.tsv</c>.</summary>
/// <remarks>
/// <para>The first row is the header. The delimiter is whichever of comma, semicolon and tab is most frequent in the header outside of quotes; of <c>.tsv</c> files it is the tab.
/// Fields may be quoted, with <c>"</c> doubled inside, and may then hold delimiters and line breaks. The text is UTF-8, or UTF-16 or UTF-32 with a byte order mark. Blank lines are skipped.</para>
/// <para>A column has the narrowest type that all its values have: boolean (<c>true</c>, <c>false</c> in any case), integer (64 bits) within number (<c>1.5</c>, <c>1e3</c>, <c>NaN</c>, <c>Infinity</c>),
/// date within moment (ISO 8601, as <c>2026-03-01</c>, <c>2026-03-01T12:30:00Z</c> or with a space for the <c>T</c>), else string. Nothing depends on the machine's culture. Digits after a leading zero,
/// as in postal codes, are no number. An empty field is no value; a text such as <c>NA</c> is one.</para>
/// <para>Different values are counted exactly up to 10,000 in a column, or 1,000,000 divided by the number of columns if that is less. Thread-safe. Memory is bounded: a record has at most 16 Mi characters.</para>
/// </remarks>
public sealed class CsvTableReader : ITableReader
{
    private const int BufferSize = 64 << 10;
    private const int MaxRecordSize = 16 << 20;
    private const string Delimiters = ",;\t";
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public string Name => "csv";

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || IsTabbed(path);
    }

    /// <inheritdoc/>
    public async Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var delimiter = IsTabbed(path) ? '\t' : await FindDelimiterAsync(content, cancellationToken).ConfigureAwait(false);
            content.Position = 0;
            using var text = Open(content);
            var reader = await CsvDataReader.CreateAsync(text, OptionsFor(delimiter), cancellationToken).ConfigureAwait(false);
            await using var _ = reader.ConfigureAwait(false);
            return await ReadAsync(reader, path, cancellationToken).ConfigureAwait(false);
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

    private static async Task<TableProfile> ReadAsync(CsvDataReader reader, string path, CancellationToken cancellationToken)
    {
        var columns = FindColumns(reader, path);
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

        return new TableProfile { Rows = rows, Columns = [.. columns.Select(static column => column.ToProfile())] };
    }

    private static CsvColumn[] FindColumns(CsvDataReader reader, string path)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        if (names.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new TableFormatException($"The header of '{path}' has two columns named '{twice.Key}'. Rename one; if there is no header, add one.");
        }

        var limit = DistinctCounter.LimitFor(names.Length);
        return [.. names.Select(name => new CsvColumn(name, limit))];
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

    private static bool IsTabbed(string path) => path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase);
}
