namespace MlOps.Metrics;

/// <summary>Records metrics and delivers them to the sinks that are enabled in the settings.</summary>
/// <remarks>Thread-safe.</remarks>
/// <example>
/// <code>
/// public sealed class Trainer(IMetricsRecorder metrics)
/// {
///     private readonly MetricHandle _loss = metrics.GetMetric("loss", tags: new Dictionary&lt;string, string&gt; { ["model"] = "churn" });
///
///     public void CompleteEpoch(long epoch, double loss) => _loss.Record(loss, epoch);
/// }
/// </code>
/// </example>
public interface IMetricsRecorder
{
    /// <summary>Gets a metric handle. Keep the handle: recording takes a few nanoseconds, whereas this method performs a lookup.</summary>
    /// <param name="name">The name of the metric, 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values; <see langword="null"/> for none.</param>
    /// <param name="tags">The tags that distinguish the metric from others with the same name.</param>
    /// <returns>The handle. The same name and tags return the same handle.</returns>
    /// <exception cref="ArgumentException">The name, the unit or a tag is not valid. The message states the reason.</exception>
    MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null);
}
