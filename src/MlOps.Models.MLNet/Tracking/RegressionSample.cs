using Microsoft.ML;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Shows predictions beside the truth, by a bounded number of rows that are chosen at random.</summary>
internal static class RegressionSample
{
    private const int MostRows = 2000;

    public static void AddTo(EvaluationLog log, IDataView scored, CancellationToken cancellationToken)
    {
        var rows = Choose(ScoredRows.Read(scored, [log.Options.LabelColumn, log.Options.ScoreColumn], cancellationToken), log.Seed);
        if (rows.Length == 0)
        {
            return;
        }

        var table = new CsvTable("actual", "predicted", "residual");
        Array.ForEach(rows, row => table.AddRow(row.Actual, row.Predicted, row.Actual - row.Predicted));
        var (least, greatest) = (rows.Min(static row => row.Actual), rows.Max(static row => row.Actual));
        log.AddChart("predictions", table, Draw(
            "Predictions", "actual", "predicted", rows.Select(static row => new ChartPoint(row.Actual, row.Predicted)), [new ChartPoint(least, least), new ChartPoint(greatest, greatest)]));
        var (lowest, highest) = (rows.Min(static row => row.Predicted), rows.Max(static row => row.Predicted));
        log.AddFile("residuals.svg", Draw(
            "Residuals", "predicted", "actual − predicted", rows.Select(static row => new ChartPoint(row.Predicted, row.Actual - row.Predicted)), [new ChartPoint(lowest, 0), new ChartPoint(highest, 0)]));
    }

    /// <summary>Chooses rows so that each has the same chance (Vitter's algorithm R, https://doi.org/10.1145/3147.3165).</summary>
    private static (double Actual, double Predicted)[] Choose(IEnumerable<double[]> rows, int seed)
    {
        var random = new Random(seed);
        var chosen = new List<(double, double)>();
        var seen = 0L;
        foreach (var row in rows)
        {
            if (chosen.Count < MostRows)
            {
                chosen.Add((row[0], row[1]));
            }
            else if (random.NextInt64(seen + 1) is var place && place < MostRows)
            {
                chosen[(int)place] = (row[0], row[1]);
            }

            seen++;
        }

        return [.. chosen];
    }

    private static string Draw(string title, string xLabel, string yLabel, IEnumerable<ChartPoint> points, IReadOnlyList<ChartPoint> reference) => new LineChart
    {
        Title = title,
        XLabel = xLabel,
        YLabel = yLabel,
        Series = [new ChartSeries("rows", [.. points], SeriesStyle.Dots), new ChartSeries("perfect", reference, SeriesStyle.Dashes)],
    }.ToSvg();
}
