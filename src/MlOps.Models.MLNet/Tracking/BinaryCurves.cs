using Microsoft.ML;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Computes the curves of a binary classifier from its scores.</summary>
internal static class BinaryCurves
{
    private const int Bins = 10;

    /// <summary>Adds the curves that the scored data has columns for. Rows without a label or a score are left out.</summary>
    public static void AddTo(EvaluationLog log, IDataView scored, CancellationToken cancellationToken)
    {
        var options = log.Options;
        var counts = new ScoreCounts();
        var bins = new (long Count, double Sum, long Positives)[Bins];
        var hasProbability = scored.Schema.GetColumnOrNull(options.ProbabilityColumn) is not null;
        string[] columns = hasProbability ? [options.LabelColumn, options.ScoreColumn, options.ProbabilityColumn] : [options.LabelColumn, options.ScoreColumn];
        foreach (var row in ScoredRows.Read(scored, columns, cancellationToken))
        {
            if (double.IsNaN(row[0]) || double.IsNaN(row[1]))
            {
                continue;
            }

            var isPositive = row[0] > 0;
            counts.Add((float)row[1], isPositive);
            if (hasProbability && row[2] is >= 0 and <= 1)
            {
                ref var bin = ref bins[Math.Min(Bins - 1, (int)(row[2] * Bins))];
                bin = (bin.Count + 1, bin.Sum + row[2], bin.Positives + (isPositive ? 1 : 0));
            }
        }

        var thresholds = counts.Accumulate();
        if (thresholds.Count > 0)
        {
            AddRoc(log, thresholds);
            AddPrecisionRecall(log, thresholds);
        }

        if (bins.Any(static bin => bin.Count > 0))
        {
            AddCalibration(log, bins);
        }
    }

    private static void AddRoc(EvaluationLog log, IReadOnlyList<ThresholdCount> thresholds)
    {
        var (positives, negatives) = ((double)thresholds[^1].TruePositives, (double)thresholds[^1].FalsePositives);
        ChartPoint Place(ThresholdCount at) => new(at.FalsePositives / negatives, at.TruePositives / positives);
        var turns = CurveTurns.Keep([new ThresholdCount(double.PositiveInfinity, 0, 0), .. thresholds], Place);
        var table = new CsvTable("threshold", "false_positive_rate", "true_positive_rate", "false_positives", "true_positives");
        foreach (var turn in turns)
        {
            table.AddRow(turn.Threshold, Place(turn).X, Place(turn).Y, turn.FalsePositives, turn.TruePositives);
        }

        log.AddChart("roc", table, Draw("ROC", "false positive rate", "true positive rate", [.. turns.Select(Place)], [new ChartPoint(0, 0), new ChartPoint(1, 1)], "chance"));
    }

    private static void AddPrecisionRecall(EvaluationLog log, IReadOnlyList<ThresholdCount> thresholds)
    {
        var positives = (double)thresholds[^1].TruePositives;
        var share = positives / (positives + thresholds[^1].FalsePositives);
        ChartPoint Place(ThresholdCount at) => new(at.TruePositives / positives, at.TruePositives / (double)(at.TruePositives + at.FalsePositives));
        var turns = CurveTurns.Keep(thresholds, Place);
        var table = new CsvTable("threshold", "recall", "precision");
        foreach (var turn in turns)
        {
            table.AddRow(turn.Threshold, Place(turn).X, Place(turn).Y);
        }

        log.AddChart("precision_recall", table, Draw("Precision and recall", "recall", "precision", [.. turns.Select(Place)], [new ChartPoint(0, share), new ChartPoint(1, share)], "chance"));
    }

    private static void AddCalibration(EvaluationLog log, (long Count, double Sum, long Positives)[] bins)
    {
        var table = new CsvTable("from", "to", "count", "mean_probability", "positive_rate");
        var points = new List<ChartPoint>();
        for (var i = 0; i < bins.Length; i++)
        {
            var (count, sum, positives) = bins[i];
            if (count > 0)
            {
                points.Add(new ChartPoint(sum / count, positives / (double)count));
                table.AddRow(i / (double)Bins, (i + 1) / (double)Bins, count, points[^1].X, points[^1].Y);
            }
        }

        log.AddChart("calibration", table, Draw("Calibration", "mean probability", "share of positives", points, [new ChartPoint(0, 0), new ChartPoint(1, 1)], "perfect"));
    }

    private static string Draw(string title, string xLabel, string yLabel, IReadOnlyList<ChartPoint> points, IReadOnlyList<ChartPoint> reference, string referenceName) => new LineChart
    {
        Title = title,
        XLabel = xLabel,
        YLabel = yLabel,
        Series = [new ChartSeries("model", points), new ChartSeries(referenceName, reference, SeriesStyle.Dashes)],
    }.ToSvg();
}
