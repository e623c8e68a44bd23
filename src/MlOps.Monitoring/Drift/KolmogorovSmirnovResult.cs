namespace MlOps.Monitoring.Drift;

/// <summary>The result of the two-sample Kolmogorov-Smirnov test, with several approximations of its p-value.</summary>
/// <param name="Statistic">The largest difference of the empirical distribution functions, 0 to 1.</param>
/// <param name="Location">The value at which the difference is largest.</param>
/// <param name="Sign">1 if more of the reference than of the current values are at most <paramref name="Location"/>; otherwise −1.</param>
/// <param name="ReferenceCount">The number of reference values, n.</param>
/// <param name="CurrentCount">The number of current values, m.</param>
/// <remarks>
/// Immutable and thread-safe. The methods compute the p-value on each call. The effective size is e = n·m / (n + m).
/// </remarks>
public readonly record struct KolmogorovSmirnovResult(double Statistic, double Location, int Sign, int ReferenceCount, int CurrentCount)
{
    private double EffectiveSize => (double)ReferenceCount * CurrentCount / ((double)ReferenceCount + CurrentCount);

    /// <summary>Computes the exact p-value from the number of lattice paths.</summary>
    /// <returns>
    /// The p-value, 0 to 1. It is the value of <see cref="ApproximatePValue"/> if n·m / gcd(n, m)² is 2³¹ − 1 or more. The time is O(n) for equal sizes, and
    /// otherwise O(n·m·<see cref="Statistic"/>).
    /// </returns>
    /// <remarks>
    /// Reference: J. L. Hodges, <i>The significance probability of the Smirnov two-sample test</i>, Arkiv för Matematik 3 (1958), 469–486.
    /// </remarks>
    public double ExactPValue() => SmirnovPaths.PValue(ReferenceCount, CurrentCount, Statistic) ?? ApproximatePValue();

    /// <summary>Computes the p-value of the one-sample statistic with the sample size e, rounded to an integer.</summary>
    /// <returns>The p-value, 0 to 1, or NaN if e rounds to 0.</returns>
    /// <remarks>
    /// Reference: R. Simard, P. L'Ecuyer, <i>Computing the two-sided Kolmogorov-Smirnov distribution</i>, Journal of Statistical Software 39 (2011),
    /// https://doi.org/10.18637/jss.v039.i11.
    /// </remarks>
    public double ApproximatePValue() => KolmogorovDistribution.Survival((long)Math.Round(EffectiveSize), Statistic);

    /// <summary>Computes the p-value of the limiting distribution, Q(√e·D) with Q(x) = 2 Σ (−1)^(k−1) exp(−2k²x²).</summary>
    /// <returns>The p-value, 0 to 1.</returns>
    public double LimitPValue() => KolmogorovDistribution.Limit(Math.Sqrt(EffectiveSize) * Statistic);

    /// <summary>Computes the p-value of the limiting distribution with the correction of Stephens, Q((√e + 0.12 + 0.11/√e)·D).</summary>
    /// <returns>The p-value, 0 to 1.</returns>
    public double StephensPValue()
    {
        var root = Math.Sqrt(EffectiveSize);
        return KolmogorovDistribution.Limit((root + 0.12 + (0.11 / root)) * Statistic);
    }
}
