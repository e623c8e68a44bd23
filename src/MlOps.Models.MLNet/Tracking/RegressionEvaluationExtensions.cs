using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

/// <summary>Records evaluations of regressions.</summary>
public static class RegressionEvaluationExtensions
{
    /// <summary>Records the numbers of an evaluation as metrics, and predictions beside the truth as data and drawings below <c>evaluation/</c>.</summary>
    /// <remarks>Metrics: <c>mae</c>, <c>mse</c>, <c>rmse</c>, <c>r_squared</c>, <c>loss</c>. Files: <c>predictions.csv</c> and <c>.svg</c>, <c>residuals.svg</c>; of more than 2,000 rows as many are chosen at random, by the run's seed.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">What ML.NET's <c>Evaluate</c> returned.</param>
    /// <param name="scored">What the model's <c>Transform</c> returned, for these files; it is read once, in bounded memory. <see langword="null"/> leaves them out.</param>
    /// <param name="options">The columns' names, and a prefix; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the reading and the transfer; nothing is recorded then.</param>
    /// <returns>A task that ends when the files are recorded; metrics are delivered in the background.</returns>
    /// <exception cref="ArgumentException">The scored data lacks a column; the message names it. Nothing was recorded.</exception>
    public static async Task LogEvaluationAsync(
        this IRun run, RegressionMetrics metrics, IDataView? scored = null, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationLog(run, options);
        log.AddMetric("mae", metrics.MeanAbsoluteError);
        log.AddMetric("mse", metrics.MeanSquaredError);
        log.AddMetric("rmse", metrics.RootMeanSquaredError);
        log.AddMetric("r_squared", metrics.RSquared);
        log.AddMetric("loss", metrics.LossFunction);
        if (scored is not null)
        {
            await Task.Run(() => RegressionSample.AddTo(log, scored, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await log.SaveAsync(cancellationToken).ConfigureAwait(false);
    }
}
