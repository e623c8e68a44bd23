using System.Globalization;

namespace MlOps.Reports;

/// <summary>Writes comparisons as comma-separated values.</summary>
internal static class ComparisonCsv
{
    public static string Write(RunComparison comparison)
    {
        var table = new CsvTable(["kind", "name", "differs", .. comparison.Runs.Select(RunAttributes.Heading)]);
        table.AddRow(["id", "", "", .. comparison.Runs.Select(static run => run.Id)]);
        foreach (var (kind, rows) in ComparisonTables.Of(comparison))
        {
            foreach (var row in rows)
            {
                table.AddRow([kind, row.Name, row.Differs ? "yes" : "no", .. row.Values]);
            }
        }

        return table.ToString();
    }

    public static string WriteHistories(RunComparison comparison)
    {
        var table = new CsvTable(["metric", "step", .. comparison.Runs.Select(RunAttributes.Heading)]);
        foreach (var history in comparison.Histories)
        {
            for (var i = 0; i < history.Steps.Count; i++)
            {
                table.AddRow(
                    [history.Metric, history.Steps[i].ToString(CultureInfo.InvariantCulture), .. history.Values.Select(values => values[i] is { } value ? CsvTable.Text(value) : null)]);
            }
        }

        return table.ToString();
    }
}
