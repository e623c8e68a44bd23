using System.Buffers;
using System.Globalization;
using System.Text;

namespace MlOps.Reports;

/// <summary>A table as comma-separated values (RFC 4180), safe to open in a spreadsheet.</summary>
/// <remarks>
/// Not thread-safe. A cell that a spreadsheet would take for a formula, because it begins with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab or a line break,
/// gets a
/// leading apostrophe, unless it is a number.
/// </remarks>
public sealed class CsvTable
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",;\"\t\r\n");
    private readonly StringBuilder _text = new();

    /// <summary>Initializes a table.</summary>
    /// <param name="columns">The names of the columns.</param>
    public CsvTable(params ReadOnlySpan<string?> columns) => AddRow(columns);

    /// <summary>Adds a row.</summary>
    /// <param name="cells">The texts of its cells; <see langword="null"/> is an empty cell.</param>
    public void AddRow(params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            Append(cells[i] ?? "", isFirst: i == 0);
        }

        _text.Append("\r\n");
    }

    /// <summary>Adds a row of numbers, written so that reading them gives the same numbers.</summary>
    /// <param name="values">The numbers.</param>
    public void AddRow(params ReadOnlySpan<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Append(Text(values[i]), isFirst: i == 0);
        }

        _text.Append("\r\n");
    }

    /// <summary>Gets the table, its names first, each row ended by a carriage return and a line feed.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text.ToString();

    /// <summary>Writes a number so that reading it gives the same number.</summary>
    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Writes the rows that were added since the last call, so that a table of any length needs little memory.</summary>
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
