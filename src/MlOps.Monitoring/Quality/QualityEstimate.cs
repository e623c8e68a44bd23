namespace MlOps.Monitoring.Quality;

/// <summary>A quality metric with its confidence interval.</summary>
/// <param name="Value">The value, or NaN if it is not defined.</param>
/// <param name="Low">The lower bound of the 95 % confidence interval, or NaN if it is not computed.</param>
/// <param name="High">The upper bound of the 95 % confidence interval, or NaN if it is not computed.</param>
public readonly record struct QualityEstimate(double Value, double Low, double High);
