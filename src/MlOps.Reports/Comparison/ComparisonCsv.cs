using System.Globalization;
using MlOps.Metrics;
using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Writes comparisons as comma-separated values.</summary>
internal static class ComparisonCsv
{
    private const int RowsPerWrite = 1000;

    public static string Write(RunComparison comparison)
    {
        var table = new CsvTable(["kind", "name", "differs", .. comparison.Headings]);
        table.AddRow(["id", "", "", .. comparison.Runs.Select(static run => run.Id)]);
        foreach (var (kind, rows) in ComparisonTables.Exact(comparison))
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
        var table = new CsvTable(["metric", "step", "steps_per_row", .. comparison.Headings]);
        foreach (var history in comparison.Histories)
        {
            for (var i = 0; i < history.Steps.Count; i++)
            {
                var values = history.Values.Select(run => run[i] is { } value ? CsvTable.Text(value) : null);
                table.AddRow([history.Metric, Text(history.Steps[i]), Text(history.StepsPerRow), .. values]);
            }
        }

        return table.ToString();
    }

    public static async Task WritePointsAsync(
        CsvTable table, Run run, IAsyncEnumerable<MetricDataPoint> points, TextWriter writer, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var point in points.ConfigureAwait(false))
        {
            var step = point.Step is { } number ? Text(number) : null;
            table.AddRow(run.Id, run.Name, HistoryAlignment.SeriesName(point.Series), step, Text(point.Timestamp), CsvTable.Text(point.Value));
            if (++count % RowsPerWrite == 0)
            {
                await table.WriteToAsync(writer, cancellationToken).ConfigureAwait(false);
            }
        }

        await table.WriteToAsync(writer, cancellationToken).ConfigureAwait(false);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
