using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the evaluation of a binary classifier: metrics, and files below <c>evaluation/</c>.</summary>
    /// <remarks>
    /// Metrics: <c>auc</c>, <c>auprc</c>, <c>accuracy</c>, <c>f1</c>, <c>precision</c>, <c>recall</c>, <c>negative_precision</c>, <c>negative_recall</c>. A
    /// calibrated model also has <c>log_loss</c> and <c>log_loss_reduction</c> (base 2, as in ML.NET) and <c>entropy</c>. Files, each as <c>.csv</c> and
    /// <c>.svg</c>: <c>confusion_matrix</c>, <c>roc</c>, <c>precision_recall</c>, <c>calibration</c>. The curves omit only points on a straight line. If there
    /// are more than 100,000 distinct scores, adjacent scores are combined.
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">The result of <c>Evaluate</c> of ML.NET.</param>
    /// <param name="scored">
    /// The output of <c>Transform</c> of the model, for the files. It is read once, and memory use is bounded. With <see langword="null"/>, files that need it
    /// are not recorded.
    /// </param>
    /// <param name="options">The names of the columns, and the prefix of the metrics, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation. Nothing is recorded then.</param>
    /// <returns>A task that completes when the files are recorded. The metrics are recorded in the background.</returns>
    /// <exception cref="ArgumentException">The scored data lacks a column. Nothing is recorded.</exception>
    /// <example>
    /// <code>
    /// var scored = model.Transform(testSet);
    /// await run.LogEvaluationAsync(ml.BinaryClassification.Evaluate(scored), scored, new EvaluationOptions { Prefix = "test/" });
    /// </code>
    /// </example>
    public static async Task LogEvaluationAsync(
        this IRun run,
        BinaryClassificationMetrics metrics,
        IDataView? scored = null,
        EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
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

        ConfusionMatrixWriter.AddTo(log, metrics.ConfusionMatrix, ["positive", "negative"]);
        if (scored is not null)
        {
            await Task.Run(() => BinaryCurves.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
