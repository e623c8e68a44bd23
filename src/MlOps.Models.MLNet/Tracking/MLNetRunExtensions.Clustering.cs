using Microsoft.ML.Data;

namespace MlOps.Tracking;

public static partial class MLNetRunExtensions
{
    /// <summary>Records the evaluation of a clustering model as metrics.</summary>
    /// <remarks>
    /// Metrics: <c>average_distance</c>, <c>davies_bouldin_index</c>, <c>normalized_mutual_information</c>. A metric is NaN or 0 if the data of the evaluation
    /// lacked its column, as in ML.NET.
    /// </remarks>
    /// <param name="run">The run.</param>
    /// <param name="metrics">The result of <c>Evaluate</c> of ML.NET.</param>
    /// <param name="options">The prefix and the step of the metrics, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the operation before anything is recorded.</param>
    /// <returns>A completed task. The metrics are recorded in the background.</returns>
    public static Task LogEvaluationAsync(
        this IRun run, ClusteringMetrics metrics, EvaluationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(metrics);
        var log = new EvaluationRecorder(run, options);
        log.AddMetric("average_distance", metrics.AverageDistance);
        log.AddMetric("davies_bouldin_index", metrics.DaviesBouldinIndex);
        log.AddMetric("normalized_mutual_information", metrics.NormalizedMutualInformation);
        return log.SaveAsync(cancellationToken);
    }
}
