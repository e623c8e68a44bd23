using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Reports;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    private const int MaxClassesInMetrics = 50;

    /// <summary>Records the evaluation of a multiclass classifier: metrics, and files below <c>evaluation/</c>.</summary>
    /// <remarks>
    /// Metrics: <c>micro_accuracy</c>, <c>macro_accuracy</c>, <c>log_loss</c>, <c>log_loss_reduction</c>, <c>top_2_accuracy</c> and so on if the evaluation has
    /// them, and for each of at most 50 classes <c>precision/&lt;class&gt;</c>, <c>recall/&lt;class&gt;</c> and <c>log_loss/&lt;class&gt;</c>. Files:
    /// <c>confusion_matrix.csv</c>, <c>confusion_matrix.svg</c> for at most 200 classes, and <c>classes.csv</c> with the metrics of all classes. The names of
    /// the classes are read from the scored data; without it, the classes are numbered.
    /// </remarks>
    /// <inheritdoc cref="LogEvaluationAsync(IRun, BinaryClassificationMetrics, IDataView?, EvaluationOptions?, CancellationToken)"/>
    public static async Task LogEvaluationAsync(
        this IRun run,
        MulticlassClassificationMetrics metrics,
        IDataView? scored = null,
        EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
        log.AddMetric("micro_accuracy", metrics.MicroAccuracy);
        log.AddMetric("macro_accuracy", metrics.MacroAccuracy);
        log.AddMetric("log_loss", metrics.LogLoss);
        log.AddMetric("log_loss_reduction", metrics.LogLossReduction);
        for (var k = 0; k < (metrics.TopKAccuracyForAllK?.Count ?? 0); k++)
        {
            log.AddMetric(string.Create(CultureInfo.InvariantCulture, $"top_{k + 1}_accuracy"), metrics.TopKAccuracyForAllK![k]);
        }

        var classes = ClassNames.Find(scored, log.Options, metrics.ConfusionMatrix.NumberOfClasses);
        ConfusionMatrixWriter.AddTo(log, metrics.ConfusionMatrix, classes);
        AddClasses(log, metrics, classes);
        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void AddClasses(EvaluationRecorder log, MulticlassClassificationMetrics metrics, IReadOnlyList<string> classes)
    {
        var matrix = metrics.ConfusionMatrix;
        var names = ClassNames.ForMetrics(classes);
        var table = new CsvTable("class", "precision", "recall", "log_loss", "actual", "predicted");
        for (var i = 0; i < classes.Count; i++)
        {
            var (precision, recall, logLoss) = (matrix.PerClassPrecision[i], matrix.PerClassRecall[i], metrics.PerClassLogLoss[i]);
            double[] numbers = [precision, recall, logLoss, matrix.Counts[i].Sum(), matrix.Counts.Sum(row => row[i])];
            table.AddRow([classes[i], .. numbers.Select(static number => number.ToString("R", CultureInfo.InvariantCulture))]);
            if (classes.Count <= MaxClassesInMetrics)
            {
                log.AddMetric($"precision/{names[i]}", precision);
                log.AddMetric($"recall/{names[i]}", recall);
                log.AddMetric($"log_loss/{names[i]}", logLoss);
            }
        }

        log.AddFile("classes.csv", table.ToString());
    }
}
