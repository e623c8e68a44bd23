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
    /// <inheritdoc/>
    public string Name => "csv";

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
        var (rows, columns) = await CsvTable.ReadAsync(content, path, static (name, count) => new CsvColumn(name, DistinctCounter.LimitFor(count)), cancellationToken).ConfigureAwait(false);
        return new TableProfile { Rows = rows, Columns = [.. columns.Select(static column => column.ToProfile())] };
    }
}
