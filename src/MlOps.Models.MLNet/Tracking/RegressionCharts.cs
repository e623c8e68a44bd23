using Microsoft.ML;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Adds charts of predictions and residuals to an evaluation. They show a random sample of bounded size.</summary>
internal static class RegressionCharts
{
    private const int MaxRows = 2000;

    public static void AddTo(EvaluationRecorder log, IDataView scored, CancellationToken cancellationToken)
    {
        var rows = Choose(ScoredRowReader.Read(scored, [log.Options.LabelColumn, log.Options.ScoreColumn], cancellationToken), log.Seed);
        if (rows.Length == 0)
        {
            return;
        }

        var table = new CsvTable("actual", "predicted", "residual");
        Array.ForEach(rows, row => table.AddRow(row.Actual, row.Predicted, row.Actual - row.Predicted));
        var (least, greatest) = (rows.Min(static row => row.Actual), rows.Max(static row => row.Actual));
        log.AddChart("predictions", table, Draw(
            "Predictions", "actual", "predicted", rows.Select(static row => (row.Actual, row.Predicted)), [(least, least), (greatest, greatest)]));
        var (lowest, highest) = (rows.Min(static row => row.Predicted), rows.Max(static row => row.Predicted));
        log.AddFile("residuals.svg", Draw(
            "Residuals",
            "predicted",
            "actual − predicted",
            rows.Select(static row => (row.Predicted, row.Actual - row.Predicted)),
            [(lowest, 0), (highest, 0)]));
    }

    /// <summary>Draws a uniform random sample of the rows (Vitter's algorithm R, https://doi.org/10.1145/3147.3165).</summary>
    private static (double Actual, double Predicted)[] Choose(IEnumerable<double[]> rows, int seed)
    {
        var random = new Random(seed);
        var chosen = new List<(double, double)>();
        var seen = 0L;
        foreach (var row in rows)
        {
            if (chosen.Count < MaxRows)
            {
                chosen.Add((row[0], row[1]));
            }
            else if (random.NextInt64(seen + 1) is var place && place < MaxRows)
            {
                chosen[(int)place] = (row[0], row[1]);
            }

            seen++;
        }

        return [.. chosen];
    }

    private static string Draw(
        string title, string xLabel, string yLabel, IEnumerable<(double X, double Y)> points, IReadOnlyList<(double X, double Y)> reference) => new LineChart
        {
            Title = title,
            XLabel = xLabel,
            YLabel = yLabel,
            Series = [new ChartSeries("rows", [.. points], SeriesStyle.Points), new ChartSeries("perfect", reference, SeriesStyle.DashedLine)],
        }.ToSvg();
}
