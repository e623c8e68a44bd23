using System.Globalization;
using Microsoft.ML.Data;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the evaluation of a ranking model as metrics.</summary>
    /// <remarks>Metrics: <c>dcg_at_1</c>, <c>ndcg_at_1</c> and so on, up to the truncation level of the evaluation.</remarks>
    /// <inheritdoc cref="LogEvaluationAsync(IRun, ClusteringMetrics, EvaluationOptions?, CancellationToken)"/>
    public static Task LogEvaluationAsync(
        this IRun run, RankingMetrics metrics, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
        for (var i = 0; i < metrics.NormalizedDiscountedCumulativeGains.Count; i++)
        {
            log.AddMetric(string.Create(CultureInfo.InvariantCulture, $"dcg_at_{i + 1}"), metrics.DiscountedCumulativeGains[i]);
            log.AddMetric(string.Create(CultureInfo.InvariantCulture, $"ndcg_at_{i + 1}"), metrics.NormalizedDiscountedCumulativeGains[i]);
        }

        return log.SaveAsync(cancellationToken);
    }
}
