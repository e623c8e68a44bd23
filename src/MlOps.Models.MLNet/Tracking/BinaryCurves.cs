using Microsoft.ML;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Computes the curves of a binary classifier from its scores.</summary>
internal static class BinaryCurves
{
    private const int Bins = 10;

    /// <summary>Adds the curves. Without a probability column there is no calibration curve. Rows without a label or a score are ignored.</summary>
    public static void AddTo(EvaluationRecorder log, IDataView scored, CancellationToken cancellationToken)
    {
        var options = log.Options;
        var counts = new ScoreHistogram();
        var bins = new (long Count, double Sum, long Positives)[Bins];
        var hasProbability = scored.Schema.GetColumnOrNull(options.ProbabilityColumn) is not null;
        string[] columns = hasProbability
            ? [options.LabelColumn, options.ScoreColumn, options.ProbabilityColumn]
            : [options.LabelColumn, options.ScoreColumn];
        foreach (var row in ScoredRowReader.Read(scored, columns, cancellationToken))
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

    private static void AddRoc(EvaluationRecorder log, IReadOnlyList<ThresholdCount> thresholds)
    {
        var (positives, negatives) = ((double)thresholds[^1].TruePositives, (double)thresholds[^1].FalsePositives);
        (double X, double Y) Place(ThresholdCount at) => (at.FalsePositives / negatives, at.TruePositives / positives);
        var points = CurveSimplifier.Keep([new ThresholdCount(double.PositiveInfinity, 0, 0), .. thresholds], Place);
        var table = new CsvTable("threshold", "false_positive_rate", "true_positive_rate", "false_positives", "true_positives");
        foreach (var point in points)
        {
            table.AddRow(point.Threshold, Place(point).X, Place(point).Y, point.FalsePositives, point.TruePositives);
        }

        var chart = Draw("ROC", "false positive rate", "true positive rate", [.. points.Select(Place)], [(0, 0), (1, 1)], "chance");
        log.AddChart("roc", table, chart);
    }

    private static void AddPrecisionRecall(EvaluationRecorder log, IReadOnlyList<ThresholdCount> thresholds)
    {
        var positives = (double)thresholds[^1].TruePositives;
        var share = positives / (positives + thresholds[^1].FalsePositives);
        (double X, double Y) Place(ThresholdCount at) => (at.TruePositives / positives, at.TruePositives / (double)(at.TruePositives + at.FalsePositives));
        var points = CurveSimplifier.Keep(thresholds, Place);
        var table = new CsvTable("threshold", "recall", "precision");
        foreach (var point in points)
        {
            table.AddRow(point.Threshold, Place(point).X, Place(point).Y);
        }

        var chart = Draw("Precision and recall", "recall", "precision", [.. points.Select(Place)], [(0, share), (1, share)], "chance");
        log.AddChart("precision_recall", table, chart);
    }

    private static void AddCalibration(EvaluationRecorder log, (long Count, double Sum, long Positives)[] bins)
    {
        var table = new CsvTable("from", "to", "count", "mean_probability", "positive_rate");
        var points = new List<(double X, double Y)>();
        for (var i = 0; i < bins.Length; i++)
        {
            var (count, sum, positives) = bins[i];
            if (count > 0)
            {
                points.Add((sum / count, positives / (double)count));
                table.AddRow(i / (double)Bins, (i + 1) / (double)Bins, count, points[^1].X, points[^1].Y);
            }
        }

        log.AddChart("calibration", table, Draw("Calibration", "mean probability", "share of positives", points, [(0, 0), (1, 1)], "perfect"));
    }

    private static string Draw(
        string title,
        string xLabel,
        string yLabel,
        IReadOnlyList<(double X, double Y)> points,
        IReadOnlyList<(double X, double Y)> reference,
        string referenceName) => new LineChart
        {
            Title = title,
            XLabel = xLabel,
            YLabel = yLabel,
            Series = [new ChartSeries("model", points), new ChartSeries(referenceName, reference, SeriesStyle.DashedLine)],
        }.ToSvg();
}
