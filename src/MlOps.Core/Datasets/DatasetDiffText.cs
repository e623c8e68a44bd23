using System.Globalization;
using System.Text;

namespace MlOps.Datasets;

/// <summary>Formats the differences between two versions of a dataset.</summary>
internal static class DatasetDiffText
{
    public static string Describe(DatasetDiff diff)
    {
        var text = new StringBuilder();
        var (added, removed, changed, renamed) = (diff.Added.Count, diff.Removed.Count, diff.Changed.Count, diff.Renamed.Count);
        text.Line($"{diff.Before} → {diff.After}: {added} added, {removed} removed, {changed} changed, {renamed} renamed");
        foreach (var file in diff.Added)
        {
            text.Line($"+ {file.Path} ({file.Size} bytes)");
        }

        foreach (var file in diff.Removed)
        {
            text.Line($"- {file.Path} ({file.Size} bytes)");
        }

        foreach (var file in diff.Renamed)
        {
            text.Line($"> {file.Before.Path} → {file.After.Path}");
        }

        var tables = diff.Tables.ToDictionary(static table => table.Path, StringComparer.Ordinal);
        foreach (var file in diff.Changed)
        {
            var executable = file.Before.IsExecutable == file.After.IsExecutable ? "" : file.After.IsExecutable ? ", executable" : ", no longer executable";
            text.Line($"~ {file.After.Path} ({file.Before.Size} → {file.After.Size} bytes{executable})");
            if (tables.TryGetValue(file.After.Path, out var table))
            {
                Describe(text, table);
            }
        }

        return text.ToString();
    }

    private static void Describe(StringBuilder text, TableDiff table)
    {
        text.Line($"    rows {table.RowsBefore} → {table.RowsAfter}");
        foreach (var column in table.AddedColumns)
        {
            text.Line($"    + {column.Name} ({column.Type})");
        }

        foreach (var column in table.RemovedColumns)
        {
            text.Line($"    - {column.Name} ({column.Type})");
        }

        foreach (var column in table.ChangedColumns)
        {
            text.Line($"    ~ {column.After.Name}: {string.Join(", ", ColumnComparison.Changes(column.Before, column.After))}");
        }
    }

    private static void Line(this StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
