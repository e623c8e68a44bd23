using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the evaluation of an anomaly detector: metrics, and files below <c>evaluation/</c>.</summary>
    /// <remarks>
    /// Metrics: <c>auc</c>, and <c>detection_rate</c> at the number of false positives of the evaluation. Files, each as <c>.csv</c> and <c>.svg</c>:
    /// <c>roc</c>, <c>precision_recall</c>.
    /// </remarks>
    /// <inheritdoc cref="LogEvaluationAsync(IRun, BinaryClassificationMetrics, IDataView?, EvaluationOptions?, CancellationToken)"/>
    public static async Task LogEvaluationAsync(
        this IRun run,
        AnomalyDetectionMetrics metrics,
        IDataView? scored = null,
        EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
        log.AddMetric("auc", metrics.AreaUnderRocCurve);
        log.AddMetric("detection_rate", metrics.DetectionRateAtFalsePositiveCount);
        if (scored is not null)
        {
            await Task.Run(() => BinaryCurves.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
