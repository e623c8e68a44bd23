using System.Buffers;
using System.Globalization;
using System.Text;

namespace MlOps.Reports;

/// <summary>A table of comma-separated values (RFC 4180) that can be opened safely in a spreadsheet.</summary>
/// <remarks>
/// Instances are not thread-safe. A cell that a spreadsheet would interpret as a formula, because it begins with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab
/// or a line break, gets a leading apostrophe, unless it is a number.
/// </remarks>
/// <example>
/// <code>
/// var table = new CsvTable("name", "score");
/// table.AddRow("baseline", "0.91");
/// File.WriteAllText("scores.csv", table.ToString());
/// </code>
/// </example>
public sealed class CsvTable
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",;\"\t\r\n");
    private readonly StringBuilder _text = new();

    /// <summary>Initializes a new instance of the <see cref="CsvTable"/> class.</summary>
    /// <param name="columns">The names of the columns.</param>
    public CsvTable(params ReadOnlySpan<string?> columns) => AddRow(columns);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">The cells. <see langword="null"/> is an empty cell.</param>
    public void AddRow(params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            Append(cells[i] ?? "", isFirst: i == 0);
        }

        _text.Append("\r\n");
    }

    /// <summary>Adds a row of numbers in round-trip format.</summary>
    /// <param name="values">The numbers.</param>
    public void AddRow(params ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Append(Text(values[i]), isFirst: i == 0);
        }

        _text.Append("\r\n");
    }

    /// <summary>Returns the table. The first row contains the names of the columns, and each row ends with a carriage return and a line feed.</summary>
    /// <returns>The comma-separated values.</returns>
    public override string ToString() => _text.ToString();

    /// <summary>Formats a number in round-trip format.</summary>
    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Writes the rows added since the last call and removes them from memory.</summary>
    internal async Task WriteToAsync(TextWriter writer, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(_text, cancellationToken).ConfigureAwait(false);
        _text.Clear();
    }

    private void Append(string cell, bool isFirst)
    {
        var isFormula = cell is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] && !double.TryParse(cell, Number, CultureInfo.InvariantCulture, out _);
        var text = isFormula ? "'" + cell : cell;
        var isQuoted = text.AsSpan().IndexOfAny(s_quoted) >= 0 || text is [' ', ..] or [.., ' '];
        _text.Append(isFirst ? "" : ",").Append(isQuoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
    }
}
