using System.Text.Json;

namespace MlOps.Datasets;

/// <summary>Reads text files with delimited fields: <c>.csv</c> and <c>.tsv</c>.</summary>
/// <remarks>
/// <para>The first row is the header. The delimiter is found in the first 65,536 characters: of comma, semicolon, tab and vertical bar the one that divides
/// the header and most rows into
/// equally many fields; of <c>.tsv</c> files it is the tab. A first line such as <c>sep=;</c> names it, and is no row.
/// Fields may be quoted, with <c>"</c> doubled inside, and may then hold delimiters and line breaks. The text is UTF-8, or UTF-16 or UTF-32 with a byte order
/// mark.
/// Lines that are empty or have only spaces are skipped, before the header too. A line with delimiters, or with an empty field in quotation marks
/// (<c>""</c>), is a row.</para>
/// <para>A column has the narrowest type that all its values have: boolean (<c>true</c>, <c>false</c> in any case), integer (64 bits) within number
/// (<c>1.5</c>, <c>1e3</c>, <c>NaN</c>,
/// <c>inf</c>, <c>Infinity</c>), date within moment (ISO 8601, as <c>2026-03-01</c>, <c>2026-03-01T12:30:00Z</c> or with a space for the <c>T</c>, to
/// nanoseconds, with an offset such as
/// <c>+02:00</c> or <c>+02</c>), else string. Nothing depends on the machine's culture. Digits after a leading zero, as in postal codes, are no number. An
/// empty field is no value; a text
/// such as <c>NA</c> is one, unless <see cref="CsvTableOptions.NullTexts"/> has it. Moments are kept to 100 nanoseconds; different ones are counted to the
/// nanosecond.</para>
/// <para>Different values are counted exactly up to 10,000 in a column, or 1,000,000 divided by the number of columns if that is less. Thread-safe. Memory is
/// bounded: a record has at most
/// 16 Mi characters.</para>
/// </remarks>
public sealed class CsvTableReader : ITableReader
{
    private readonly CsvTableOptions _options;

    /// <summary>Initializes a new instance of the <see cref="CsvTableReader"/> class.</summary>
    /// <param name="options">The dialect; the default if <see langword="null"/>. Later changes of the object have no effect.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public CsvTableReader(CsvTableOptions? options = null)
    {
        if (options is not null && CsvTableOptionsValidator.FindFaults(options).FirstOrDefault() is { Name: { } name, Message: { } fault })
        {
            throw new ArgumentException($"The option {name} is {fault}", nameof(options));
        }

        _options = options is null ? new() : new()
        {
            Delimiter = options.Delimiter,
            DecimalSeparator = options.DecimalSeparator,
            NullTexts = [.. options.NullTexts],
            DuplicateNames = options.DuplicateNames,
        };
        Name = NameFor(_options);
    }

    /// <summary>Gets the name of the format, with the options that are not the default.</summary>
    /// <value>Such as <c>csv-2</c>, or <c>csv-2 decimal ","</c>.</value>
    public string Name { get; }

    /// <inheritdoc/>
    public bool CanRead(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || CsvTable.IsTabbed(path);
    }

    /// <inheritdoc/>
    public async Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(path);
        var format = CsvTable.FormatOf(_options);
        var (rows, columns) = await CsvTable.ReadAsync(
            content, path, _options, (name, count) => new CsvColumn(name, DistinctCounter.LimitFor(count), format), cancellationToken).ConfigureAwait(false);
        return new TableProfile
        {
            Rows = rows,
            Columns =
            [
                .. columns.Select(static (column, i) => (Column: column, Place: i + 1)).GroupBy(static item => item.Column.Name, StringComparer.Ordinal)
                    .Select(static same => same.Count() == 1
                        ? same.Single().Column.ToProfile()
                        : DuplicateProfile(same.Key, same.Select(static item => item.Place))),
            ],
        };
    }

    private static ColumnProfile DuplicateProfile(string name, IEnumerable<int> places) => new()
    {
        Name = name,
        Type = ColumnType.Empty,
        Nulls = 0,
        Fault = $"The columns {string.Join(", ", places)} are all named '{name}'. Rename all but one, or set {nameof(CsvTableOptions.DuplicateNames)} to "
            + $"{nameof(CsvDuplicateNames.Rename)}; if the file has no header, add one.",
    };

    private static string NameFor(CsvTableOptions options) => string.Concat(
        "csv-2",
        options.Delimiter is { } delimiter ? $" delimiter {Quote($"{delimiter}")}" : "",
        options.DecimalSeparator == ',' ? " decimal \",\"" : "",
        options.NullTexts.Count > 0 ? $" null {string.Join(" ", options.NullTexts.Order(StringComparer.Ordinal).Select(Quote))}" : "",
        options.DuplicateNames == CsvDuplicateNames.Rename ? " rename" : "");

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
