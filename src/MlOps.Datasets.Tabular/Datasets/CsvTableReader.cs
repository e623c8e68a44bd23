using System.Text.Json;

namespace MlOps.Datasets;

/// <summary>Reads text files with delimited fields: <c>.csv</c> and <c>.tsv</c>.</summary>
/// <remarks>
/// <para>The first row is the header. The delimiter is detected from the first 65,536 characters: the comma, semicolon, tab or vertical bar that splits the
/// header and most rows into the same number of fields. The delimiter of <c>.tsv</c> files is the tab. A first line such as <c>sep=;</c> sets the
/// delimiter and is not a row. Fields may be quoted, with <c>"</c> doubled inside, and may then contain delimiters and line breaks. The encoding is
/// UTF-8, or UTF-16 or UTF-32 with a byte order mark. Blank lines are skipped, also before the header. A line with delimiters, or with an empty field
/// in quotation marks (<c>""</c>), is a row.</para>
/// <para>A column has the narrowest type that fits all its values: boolean (<c>true</c>, <c>false</c> in any case); integer (64 bits), or else number
/// (<c>1.5</c>, <c>1e3</c>, <c>NaN</c>, <c>inf</c>, <c>Infinity</c>); date, or else date and time (ISO 8601, as <c>2026-03-01</c>, <c>2026-03-01T12:30:00Z</c>
/// or with a space instead of the <c>T</c>, to nanoseconds, with an offset such as <c>+02:00</c> or <c>+02</c>); or else string. The result does not depend on
/// the culture. Digits after a leading zero, as in postal codes, are text. An empty field is a missing value. A text such as <c>NA</c> is a value, unless
/// <see cref="CsvTableOptions.NullTexts"/> contains it. Times are stored to 100 nanoseconds; distinct times are counted to the nanosecond.</para>
/// <para>Distinct values are counted exactly up to 10,000 in a column, or 1,000,000 divided by the number of columns if that is less. Thread-safe. Memory is
/// bounded: a record has at most 16 Mi characters.</para>
/// </remarks>
public sealed class CsvTableReader : ITableReader
{
    private readonly CsvTableOptions _options;

    /// <summary>Initializes a new instance of the <see cref="CsvTableReader"/> class.</summary>
    /// <param name="options">The dialect; <see langword="null"/> for the default. Later changes to the object have no effect.</param>
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

    /// <summary>Gets the name of the format, with the options that differ from their defaults.</summary>
    /// <value>For example <c>csv-2</c> or <c>csv-2 decimal ","</c>.</value>
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
                .. columns.Select(static (column, i) => (Column: column, Position: i + 1)).GroupBy(static item => item.Column.Name, StringComparer.Ordinal)
                    .Select(static same => same.Count() == 1
                        ? same.Single().Column.ToProfile()
                        : DuplicateProfile(same.Key, same.Select(static item => item.Position))),
            ],
        };
    }

    private static ColumnProfile DuplicateProfile(string name, IEnumerable<int> positions) => new()
    {
        Name = name,
        Type = ColumnType.Empty,
        Nulls = 0,
        Fault = $"The columns {string.Join(", ", positions)} are all named '{name}'. Rename all but one, or set {nameof(CsvTableOptions.DuplicateNames)} to "
            + $"{nameof(CsvDuplicateNames.Rename)}. If the file has no header, add a header.",
    };

    private static string NameFor(CsvTableOptions options) => string.Concat(
        "csv-2",
        options.Delimiter is { } delimiter ? $" delimiter {Quote($"{delimiter}")}" : "",
        options.DecimalSeparator == ',' ? " decimal \",\"" : "",
        options.NullTexts.Count > 0 ? $" null {string.Join(" ", options.NullTexts.Order(StringComparer.Ordinal).Select(Quote))}" : "",
        options.DuplicateNames == CsvDuplicateNames.Rename ? " rename" : "");

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
