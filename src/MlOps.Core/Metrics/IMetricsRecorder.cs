namespace MlOps.Metrics;

/// <summary>Takes measured values to every sink that the settings name.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IMetricsRecorder
{
    /// <summary>Gets what values of a kind are recorded with. Keep it: recording with it is a few nanoseconds, getting it a look-up.</summary>
    /// <param name="name">What is measured; 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values; <see langword="null"/> for none.</param>
    /// <param name="tags">What tells it from others of the name.</param>
    /// <returns>The metric; the same one for the same name and tags.</returns>
    /// <exception cref="ArgumentException">The name or a tag cannot be recorded; the message says why.</exception>
    MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null);
}
