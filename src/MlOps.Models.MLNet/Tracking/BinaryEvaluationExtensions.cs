using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

/// <summary>Records evaluations of binary classifiers.</summary>
public static class BinaryEvaluationExtensions
{
    /// <summary>Records the numbers of an evaluation as metrics, and its confusion matrix and curves as data and drawings below <c>evaluation/</c>.</summary>
    /// <remarks>Metrics: <c>auc</c>, <c>auprc</c>, <c>accuracy</c>, <c>f1</c>, <c>precision</c>, <c>recall</c>, <c>negative_precision</c>, <c>negative_recall</c>, and of a calibrated model <c>log_loss</c>,
    /// <c>log_loss_reduction</c> (both base 2, as ML.NET has them) and <c>entropy</c>. Files, each as <c>.csv</c> and <c>.svg</c>: <c>confusion_matrix</c>, <c>roc</c>, <c>precision_recall</c>, <c>calibration</c>.
    /// Curves keep every point at which they turn; of more than 100,000 different scores, neighbouring ones are counted as one.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">What ML.NET's <c>Evaluate</c> returned.</param>
    /// <param name="scored">What the model's <c>Transform</c> returned, for the curves; it is read once, in bounded memory. <see langword="null"/> leaves them out.</param>
    /// <param name="options">The columns' names, and a prefix; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading and the transfer; nothing is recorded then.</param>
    /// <returns>A task that ends when the files are recorded; metrics are delivered in the background.</returns>
    /// <exception cref="ArgumentException">The scored data lacks a column; the message names it. Nothing was recorded.</exception>
    public static async Task LogEvaluationAsync(
        this IRun run, BinaryClassificationMetrics metrics, IDataView? scored = null, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationLog(run, options);
        log.AddMetric("auc", metrics.AreaUnderRocCurve);
        log.AddMetric("auprc", metrics.AreaUnderPrecisionRecallCurve);
        log.AddMetric("accuracy", metrics.Accuracy);
        log.AddMetric("f1", metrics.F1Score);
        log.AddMetric("precision", metrics.PositivePrecision);
        log.AddMetric("recall", metrics.PositiveRecall);
        log.AddMetric("negative_precision", metrics.NegativePrecision);
        log.AddMetric("negative_recall", metrics.NegativeRecall);
        if (metrics is CalibratedBinaryClassificationMetrics calibrated)
        {
            log.AddMetric("log_loss", calibrated.LogLoss);
            log.AddMetric("log_loss_reduction", calibrated.LogLossReduction);
            log.AddMetric("entropy", calibrated.Entropy);
        }

        ConfusionTable.AddTo(log, metrics.ConfusionMatrix, ["positive", "negative"]);
        if (scored is not null)
        {
            await Task.Run(() => BinaryCurves.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
