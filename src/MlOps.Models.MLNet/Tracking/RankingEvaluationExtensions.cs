using System.Globalization;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

/// <summary>Records evaluations of rankings.</summary>
public static class RankingEvaluationExtensions
{
    /// <summary>Records the numbers of an evaluation as metrics.</summary>
    /// <remarks>Metrics: <c>dcg_at_1</c>, <c>ndcg_at_1</c> and so on, up to the number that the evaluation was asked for.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">What ML.NET's <c>Evaluate</c> returned.</param>
    /// <param name="options">A prefix and a step; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the call before anything is recorded.</param>
    /// <returns>A task that ends at once; metrics are delivered in the background.</returns>
    public static Task LogEvaluationAsync(
        this IRun run, RankingMetrics metrics, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationLog(run, options);
        for (var i = 0; i < metrics.NormalizedDiscountedCumulativeGains.Count; i++)
        {
            log.AddMetric(string.Create(CultureInfo.InvariantCulture, $"dcg_at_{i + 1}"), metrics.DiscountedCumulativeGains[i]);
            log.AddMetric(string.Create(CultureInfo.InvariantCulture, $"ndcg_at_{i + 1}"), metrics.NormalizedDiscountedCumulativeGains[i]);
        }

        return log.SaveAsync(cancellationToken);
    }
}
