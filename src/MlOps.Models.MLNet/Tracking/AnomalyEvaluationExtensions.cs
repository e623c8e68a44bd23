using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

/// <summary>Records evaluations of detectors of anomalies.</summary>
public static class AnomalyEvaluationExtensions
{
    /// <summary>Records the numbers of an evaluation as metrics, and its curves as data and drawings below <c>evaluation/</c>.</summary>
    /// <remarks>Metrics: <c>auc</c>, and <c>detection_rate</c> at the number of false positives that the evaluation was asked for. Files, each as <c>.csv</c> and <c>.svg</c>: <c>roc</c>, <c>precision_recall</c>.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">What ML.NET's <c>Evaluate</c> returned.</param>
    /// <param name="scored">What the model's <c>Transform</c> returned, for the curves; it is read once, in bounded memory. <see langword="null"/> leaves them out.</param>
    /// <param name="options">The columns' names, and a prefix; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading and the transfer; nothing is recorded then.</param>
    /// <returns>A task that ends when the files are recorded; metrics are delivered in the background.</returns>
    /// <exception cref="ArgumentException">The scored data lacks a column; the message names it. Nothing was recorded.</exception>
    public static async Task LogEvaluationAsync(
        this IRun run, AnomalyDetectionMetrics metrics, IDataView? scored = null, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationLog(run, options);
        log.AddMetric("auc", metrics.AreaUnderRocCurve);
        log.AddMetric("detection_rate", metrics.DetectionRateAtFalsePositiveCount);
        if (scored is not null)
        {
            await Task.Run(() => BinaryCurves.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
