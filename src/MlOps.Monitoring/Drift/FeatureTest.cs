namespace MlOps.Monitoring.Drift;

/// <summary>A test of one feature: of its values, or of its missing rate.</summary>
/// <param name="IsMissing">Whether the test is of the missing rate.</param>
/// <param name="Name">The name of the test.</param>
/// <param name="Statistic">The statistic.</param>
/// <param name="PValue">The p-value.</param>
/// <param name="EffectName">The name of the effect size.</param>
/// <param name="Effect">The effect size, 0 to 1.</param>
/// <param name="UpperEffect">The upper bound of the 99.9 % confidence band of the effect size.</param>
/// <param name="Threshold">The threshold of the options.</param>
/// <param name="Changes">The changes in plain sentences, most important first.</param>
internal sealed record FeatureTest(
    bool IsMissing,
    string Name,
    double Statistic,
    double PValue,
    string EffectName,
    double Effect,
    double UpperEffect,
    double Threshold,
    IReadOnlyList<string> Changes)
{
    // The 99.9 % quantile of the Kolmogorov distribution. A change at the threshold is then missed by the bound with a probability of less than 0.01 %, so that
    // the power is that of the test. The 95 % quantile, 1.358, misses 0.3 %.
    private const double Band = 1.9494746035;

    /// <summary>Gets or sets the p-value after the correction for all tests of the comparison.</summary>
    public double AdjustedPValue { get; init; } = double.NaN;

    /// <summary>Computes half of the width of the 99.9 % confidence band of the difference of two distribution functions.</summary>
    public static double Margin(double baseline, double current) => Band * Math.Sqrt((1 / baseline) + (1 / current));
}
