namespace MlOps.Tracking;

/// <summary>The last value of a metric in a run, and in the one that repeats it.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Recorded">The recorded value; <see langword="null"/> if the run had none.</param>
/// <param name="Present">The value that came out now; <see langword="null"/> if none did.</param>
/// <param name="Agrees">Whether they agree within the tolerance. A value that only one of them has does not.</param>
public sealed record MetricComparison(string Metric, double? Recorded, double? Present, bool Agrees);
