namespace MlOps.Monitoring.Drift;

/// <summary>The result of a statistical test.</summary>
/// <param name="Statistic">The statistic, or NaN if it is not defined.</param>
/// <param name="PValue">The p-value, 0 to 1, or NaN if it is not defined.</param>
public readonly record struct TestResult(double Statistic, double PValue);
