using System.Globalization;
using Microsoft.ML.Data;
using MlOps.Reports;

namespace MlOps.Tracking;

/// <summary>Adds a confusion matrix to an evaluation, with actual classes in rows and predicted classes in columns.</summary>
internal static class ConfusionMatrixWriter
{
    public static void AddTo(EvaluationRecorder log, ConfusionMatrix matrix, IReadOnlyList<string> classes)
    {
        var table = new CsvTable(["actual", .. classes]);
        foreach (var (name, counts) in classes.Zip(matrix.Counts))
        {
            table.AddRow([name, .. counts.Select(static count => count.ToString("R", CultureInfo.InvariantCulture))]);
        }

        log.AddFile("confusion_matrix.csv", table.ToString());
        if (classes.Count is > 0 and <= MatrixChart.MaxSize)
        {
            var chart = new MatrixChart
            {
                Title = "Confusion matrix",
                RowLabel = "actual",
                ColumnLabel = "predicted",
                Labels = classes,
                Values = matrix.Counts,
            };
            log.AddFile("confusion_matrix.svg", chart.ToSvg());
        }
    }
}
