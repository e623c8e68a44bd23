using Microsoft.ML.Data;

namespace MlOps.Tracking;

/// <summary>Records evaluations of clusterings.</summary>
public static class ClusteringEvaluationExtensions
{
    /// <summary>Records the numbers of an evaluation as metrics.</summary>
    /// <remarks>Metrics: <c>average_distance</c>, <c>davies_bouldin_index</c>, <c>normalized_mutual_information</c>; what ML.NET had no columns for is NaN or 0, as it has it.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">What ML.NET's <c>Evaluate</c> returned.</param>
    /// <param name="options">A prefix and a step; the default if <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the call before anything is recorded.</param>
    /// <returns>A task that ends at once; metrics are delivered in the background.</returns>
    public static Task LogEvaluationAsync(
        this IRun run, ClusteringMetrics metrics, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationLog(run, options);
        log.AddMetric("average_distance", metrics.AverageDistance);
        log.AddMetric("davies_bouldin_index", metrics.DaviesBouldinIndex);
        log.AddMetric("normalized_mutual_information", metrics.NormalizedMutualInformation);
        return log.SaveAsync(cancellationToken);
    }
}
