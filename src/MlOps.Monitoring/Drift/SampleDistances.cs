namespace MlOps.Monitoring.Drift;

/// <summary>Computes distances of the distributions of two samples of numbers.</summary>
/// <remarks>
/// Thread-safe. The samples are arrays of finite numbers in any order. F and G are their empirical distribution functions. One large outlier changes these
/// distances without bound; the Kolmogorov-Smirnov statistic changes by at most 1/n. The values are those of SciPy 1.10.
/// </remarks>
public static class SampleDistances
{
    private const double SmallestDeviation = 0.001;

    /// <summary>Computes the Wasserstein distance, ∫ |F(x) − G(x)| dx.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>The distance in the unit of the values; infinite if it is more than the largest number.</returns>
    /// <exception cref="ArgumentException">A sample is empty or has a NaN or an infinity.</exception>
    public static double Wasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        PairwiseSum.Of(Areas(SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)), Math.Abs));

    /// <summary>Computes the Wasserstein distance, divided by the population standard deviation of the reference, which is at least 0.001.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>The distance in standard deviations; NaN if the distance and the standard deviation are infinite.</returns>
    /// <exception cref="ArgumentException">A sample is empty or has a NaN or an infinity.</exception>
    public static double NormalizedWasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) =>
        Wasserstein(reference, current) / Math.Max(StandardDeviation(reference), SmallestDeviation);

    /// <summary>Computes the energy distance, √(2 ∫ (F(x) − G(x))² dx).</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <param name="current">The current values, in any order.</param>
    /// <returns>The distance in the root of the unit of the values.</returns>
    /// <exception cref="ArgumentException">A sample is empty or has a NaN or an infinity.</exception>
    /// <remarks>Reference: G. J. Székely, M. L. Rizzo, https://doi.org/10.1016/j.jspi.2013.03.018.</remarks>
    public static double Energy(ReadOnlySpan<double> reference, ReadOnlySpan<double> current) => Math.Sqrt(2) * Math.Sqrt(PairwiseSum.Of(
        Areas(SortedSample.Create(reference, nameof(reference)), SortedSample.Create(current, nameof(current)), static difference => difference * difference)));

    /// <summary>Computes the population standard deviation, √(Σ (x − mean)² / n).</summary>
    /// <param name="values">The values.</param>
    /// <returns>The standard deviation in the unit of the values; infinite or NaN if the squares are more than the largest number.</returns>
    /// <exception cref="ArgumentException">The sample is empty or has a NaN or an infinity.</exception>
    public static double StandardDeviation(ReadOnlySpan<double> values)
    {
        SortedSample.RequireFinite(values, nameof(values));
        return values.IsEmpty
            ? throw new ArgumentException("The sample has no values. Pass at least one value.", nameof(values))
            : Math.Sqrt(PairwiseSum.Variance(values, 0));
    }

    private static double[] Areas(double[] reference, double[] current, Func<double, double> height)
    {
        var merged = SortedSample.Merge(reference, current);
        var (first, second) = (SortedSample.CountUpTo(reference, merged), SortedSample.CountUpTo(current, merged));
        var areas = new double[merged.Length - 1];
        for (var index = 0; index < areas.Length; index++)
        {
            areas[index] = height(((double)first[index] / reference.Length) - ((double)second[index] / current.Length)) * (merged[index + 1] - merged[index]);
        }

        return areas;
    }
}
