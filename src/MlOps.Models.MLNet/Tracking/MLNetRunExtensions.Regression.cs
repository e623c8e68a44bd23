using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the evaluation of a regression model: metrics, and files below <c>evaluation/</c>.</summary>
    /// <remarks>
    /// Metrics: <c>mae</c>, <c>mse</c>, <c>rmse</c>, <c>r_squared</c>, <c>loss</c>. Files: <c>predictions.csv</c>, <c>predictions.svg</c> and
    /// <c>residuals.svg</c>. They contain at most 2,000 rows, which are a random sample with the seed of the run.
    /// </remarks>
    /// <inheritdoc cref="LogEvaluationAsync(IRun, BinaryClassificationMetrics, IDataView?, EvaluationOptions?, CancellationToken)"/>
    public static async Task LogEvaluationAsync(
        this IRun run,
        RegressionMetrics metrics,
        IDataView? scored = null,
        EvaluationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
        log.AddMetric("mae", metrics.MeanAbsoluteError);
        log.AddMetric("mse", metrics.MeanSquaredError);
        log.AddMetric("rmse", metrics.RootMeanSquaredError);
        log.AddMetric("r_squared", metrics.RSquared);
        log.AddMetric("loss", metrics.LossFunction);
        if (scored is not null)
        {
            await Task.Run(() => RegressionCharts.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
