namespace MlOps.Monitoring.Drift;

/// <summary>The result of the chi-square test of homogeneity.</summary>
/// <param name="Statistic">The statistic, Σ (observed − expected)² / expected.</param>
/// <param name="PValue">The p-value, 0 to 1; 1 without degrees of freedom.</param>
/// <param name="DegreesOfFreedom">The number of categories less one.</param>
/// <param name="MinExpected">The smallest expected count. The p-value is inaccurate if it is below 5.</param>
/// <param name="CellsBelow5">The number of expected counts below 5.</param>
/// <param name="CramersV">The effect size of Cramér, √(statistic / total), 0 to 1.</param>
/// <remarks>Immutable and thread-safe.</remarks>
public readonly record struct ChiSquareResult(
    double Statistic, double PValue, int DegreesOfFreedom, double MinExpected, int CellsBelow5, double CramersV);
