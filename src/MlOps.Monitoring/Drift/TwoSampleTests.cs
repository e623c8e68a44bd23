namespace MlOps.Monitoring.Drift;

/// <summary>Tests the hypothesis that two samples of numbers have the same distribution.</summary>
/// <remarks>
/// Thread-safe. The samples are arrays of finite numbers in any order. The methods throw an <see cref="ArgumentException"/> for NaN and infinities: remove
/// them, and compare their rates with <see cref="CategoryTests.TwoProportions"/>. The values are those of SciPy 1.10.
/// </remarks>
public static class TwoSampleTests
{
    /// <summary>Computes the two-sample Kolmogorov-Smirnov test, D = max |F(x) − G(x)|.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>The statistic and its location. Its methods compute the p-value.</returns>
    /// <exception cref="ArgumentException">A sample is empty or has a NaN or an infinity.</exception>
    public static KolmogorovSmirnovResult KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var (first, second) = (SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)));
        var (most, least) = (double.NegativeInfinity, double.PositiveInfinity);
        var (mostAt, leastAt) = (0.0, 0.0);
        foreach (var points in new[] { first, second })
        {
            var (counts, others) = (SortedSample.CountUpTo(first, points), SortedSample.CountUpTo(second, points));
            for (var index = 0; index < points.Length; index++)
            {
                var difference = ((double)counts[index] / first.Length) - ((double)others[index] / second.Length);
                (most, mostAt) = difference > most ? (difference, points[index]) : (most, mostAt);
                (least, leastAt) = difference < least ? (difference, points[index]) : (least, leastAt);
            }
        }

        var drop = Math.Clamp(-least, 0, 1);
        return drop > most
            ? new KolmogorovSmirnovResult(drop, leastAt, -1, first.Length, second.Length)
            : new KolmogorovSmirnovResult(most, mostAt, 1, first.Length, second.Length);
    }

    /// <summary>Computes the two-sided Mann-Whitney test with the normal approximation and the correction for ties.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <param name="useContinuity">Whether to correct for continuity by 0.5.</param>
    /// <returns>
    /// U of the reference sample: the number of pairs in which the reference value is larger, plus half of the pairs of equal values. Without the correction
    /// for continuity, the p-value is NaN if all values are equal.
    /// </returns>
    /// <exception cref="ArgumentException">A sample is empty or has a NaN or an infinity.</exception>
    /// <remarks>Reference: H. B. Mann, D. R. Whitney, https://doi.org/10.1214/aoms/1177730491.</remarks>
    public static TestResult MannWhitney(ReadOnlySpan<double> reference, ReadOnlySpan<double> current, bool useContinuity = true) =>
        MannWhitneyTest.Approximate(
            SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)), useContinuity);

    /// <summary>Computes the two-sided Mann-Whitney test with the exact distribution of U, without a correction for ties.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>U of the reference sample. If U is not an integer, the p-value is that of the next integer towards the mean.</returns>
    /// <exception cref="ArgumentException">
    /// A sample is empty or has a NaN or an infinity, or the product of the sizes is more than 250,000. Use <see cref="MannWhitney"/> for larger samples.
    /// </exception>
    public static TestResult MannWhitneyExact(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        MannWhitneyTest.Exact(SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)));

    /// <summary>Computes the k-sample Anderson-Darling test for two samples, with midranks for ties.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>
    /// The normalized statistic, and the p-value, which is interpolated between the critical values and clipped to 0.001–0.25. Both are NaN for three values.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A sample is empty or has a NaN or an infinity, there are less than three values, or all values are equal.
    /// </exception>
    /// <remarks>Reference: F. W. Scholz, M. A. Stephens, https://doi.org/10.1080/01621459.1987.10478517, equation 7.</remarks>
    public static TestResult AndersonDarling(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        AndersonDarlingTest.Compute(SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)));

    /// <summary>Gets the critical values of <see cref="AndersonDarling"/>.</summary>
    /// <value>The values for the significance levels 25, 10, 5, 2.5, 1, 0.5 and 0.1 %.</value>
    public static IReadOnlyList<double> AndersonDarlingCriticalValues => AndersonDarlingTest.CriticalValues;

    /// <summary>Computes the two-sample Cramér-von Mises test with the limiting distribution.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>The statistic T and its asymptotic p-value, with an absolute error of up to 10⁻⁷.</returns>
    /// <exception cref="ArgumentException">A sample has less than two values, or a NaN or an infinity.</exception>
    /// <remarks>
    /// Reference: T. W. Anderson, https://doi.org/10.1214/aoms/1177704477; S. Csörgő, J. J. Faraway, https://doi.org/10.1111/j.2517-6161.1996.tb02077.x.
    /// </remarks>
    public static TestResult CramerVonMises(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        CramerVonMisesTest.Compute(SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)));

    /// <summary>Computes Welch's t-test of equal means with unequal variances.</summary>
    /// <param name="reference">The reference values.</param>
    /// <param name="current">The current values.</param>
    /// <returns>
    /// t = (mean of reference − mean of current) / √(s²/n + s'²/m), and the two-sided p-value. Both are NaN if a sample has less than two values, or if both
    /// samples are constant and equal. t is infinite if they are constant and different.
    /// </returns>
    /// <exception cref="ArgumentException">A sample has a NaN or an infinity.</exception>
    /// <remarks>Reference: B. L. Welch, https://doi.org/10.1093/biomet/34.1-2.28.</remarks>
    public static TestResult WelchT(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        SortedSample.RequireFinite(reference, nameof(reference));
        SortedSample.RequireFinite(current, nameof(current));
        if (reference.Length < 2 || current.Length < 2)
        {
            return new TestResult(double.NaN, double.NaN);
        }

        var first = PairwiseSum.Variance(reference, 1) / reference.Length;
        var second = PairwiseSum.Variance(current, 1) / current.Length;
        var t = (PairwiseSum.Mean(reference) - PairwiseSum.Mean(current)) / Math.Sqrt(first + second);
        var degrees = (first + second) * (first + second) / ((first * first / (reference.Length - 1)) + (second * second / (current.Length - 1)));
        return new TestResult(t, Tails.StudentTwoSided(t, double.IsNaN(degrees) ? 1 : degrees));
    }
}
