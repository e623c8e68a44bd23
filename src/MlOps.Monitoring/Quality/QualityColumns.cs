using System.Globalization;
using Microsoft.Extensions.Options;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Finds the columns that the settings name.</summary>
/// <remarks>Immutable and thread-safe. A column is found by its name, or by its name after <c>output.</c> or <c>input.</c> as in the prediction log.</remarks>
/// <param name="columns">The columns of the rows.</param>
internal sealed class QualityColumns(IReadOnlyList<RowColumn> columns)
{
    private const string Output = "output.";
    private const string Input = "input.";

    /// <summary>Determines whether a column has texts.</summary>
    public bool IsText(int column) => columns[column].IsText;

    /// <summary>Finds a column.</summary>
    /// <returns>The index, or -1.</returns>
    public int Find(string name)
    {
        string[] candidates = [name, Output + name, Input + name];
        foreach (var candidate in candidates)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (columns[i].Name == candidate)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>Finds a column with numbers.</summary>
    /// <param name="setting">The name of the setting that names the column.</param>
    /// <param name="name">The name of the column.</param>
    /// <returns>The index, or -1.</returns>
    /// <exception cref="OptionsValidationException">The column has texts.</exception>
    public int FindNumbers(string setting, string name)
    {
        var column = Find(name);
        return column < 0 || !columns[column].IsText
            ? column
            : throw Fault($"{setting} is '{name}', but this column contains texts. Set it to a column with numbers. {Describe()}");
    }

    /// <summary>Finds the columns of a vector, such as <c>Score[0]</c> and <c>Score[1]</c>, or <c>Score.no</c> and <c>Score.yes</c>.</summary>
    /// <param name="name">The name of the vector.</param>
    /// <returns>The indexes of the columns, each with the name or index of its element; empty if there are none.</returns>
    public IReadOnlyList<(int Column, string Element)> FindVector(string name)
    {
        var elements = new List<(int Column, string Element)>();
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i].Name;
            var rest = name.StartsWith(Output, StringComparison.Ordinal) ? column : TrimStart(column, Output);
            if (columns[i].IsText || rest.Length <= name.Length + 1 || !rest.StartsWith(name, StringComparison.Ordinal))
            {
                continue;
            }

            if (rest[name.Length] == '.')
            {
                elements.Add((i, rest[(name.Length + 1)..]));
            }
            else if (rest[name.Length] == '[' && rest[^1] == ']')
            {
                elements.Add((i, rest[(name.Length + 1)..^1]));
            }
        }

        return elements;
    }

    /// <summary>Creates the exception for a column that does not exist.</summary>
    public OptionsValidationException Missing(string setting, string name) =>
        Fault(
            $"{setting} is '{name}', but there is no such column. {NearestName.Suggest(name, columns.Select(static column => Trim(column.Name)))}{Describe()}");

    /// <summary>Creates the exception for settings that do not fit the columns.</summary>
    public static OptionsValidationException Fault(string fault) => new("Quality", typeof(QualityOptions), [$"Quality:{fault}"]);

    /// <summary>Gets the sentence that lists the columns.</summary>
    public string Describe()
    {
        const int Shown = 40;
        var names = string.Join(", ", columns.Take(Shown).Select(static column => Trim(column.Name)));
        return columns.Count <= Shown
            ? $"The columns are: {names}."
            : string.Create(CultureInfo.InvariantCulture, $"The columns are: {names}, and {columns.Count - Shown} more.");
    }

    private static string Trim(string name) => TrimStart(TrimStart(name, Output), Input);

    private static string TrimStart(string name, string prefix) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
