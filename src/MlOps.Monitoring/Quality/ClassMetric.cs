namespace MlOps.Monitoring.Quality;

/// <summary>A metric of a class with its derivatives.</summary>
/// <param name="Value">The value.</param>
/// <param name="ByActual">The derivative with respect to <see cref="ClassCounts.Actual"/>.</param>
/// <param name="ByPredicted">The derivative with respect to <see cref="ClassCounts.Predicted"/>.</param>
/// <param name="ByHits">The derivative with respect to <see cref="ClassCounts.Hits"/>.</param>
internal readonly record struct ClassMetric(double Value, double ByActual, double ByPredicted, double ByHits);
