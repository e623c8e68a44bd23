using System.Globalization;

namespace MlOps.Monitoring.Drift;

/// <summary>Tests the hypothesis that two samples of categories have the same distribution.</summary>
/// <remarks>
/// Thread-safe. The arguments are the numbers of values of each category, <c>[categories]</c>, of the reference and of the current sample, in the same order.
/// The tests of homogeneity treat the reference as a sample. <see cref="GoodnessOfFit"/> treats it as exact, and has too many false alarms. The values are
/// those of SciPy 1.10.
/// </remarks>
public static class CategoryTests
{
    private const double SmallExpected = 5;

    /// <summary>Computes the chi-square test of homogeneity.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <param name="useYates">Whether to move each count towards the expected one by up to 0.5 if there are two categories.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">A sample or a category has no values, a count is negative, or the lengths differ.</exception>
    public static ChiSquareResult ChiSquare(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, bool useYates = false)
    {
        var expected = Expected(reference, current);
        var terms = new double[expected.Length];
        for (var index = 0; index < terms.Length; index++)
        {
            var difference = Math.Abs(Observed(reference, current, index) - expected[index]);
            difference -= useYates && reference.Length == 2 ? Math.Min(0.5, difference) : 0;
            terms[index] = difference * difference / expected[index];
        }

        var degrees = reference.Length - 1;
        var statistic = degrees == 0 ? 0 : PairwiseSum.Of(terms);
        return new ChiSquareResult(
            statistic,
            degrees == 0 ? 1 : Tails.ChiSquare(statistic, degrees),
            degrees,
            expected.Min(),
            expected.Count(static value => value < SmallExpected),
            Math.Sqrt(statistic / (Counts.Sum(reference) + (double)Counts.Sum(current))));
    }

    /// <summary>Computes the likelihood-ratio test of homogeneity, G = 2 Σ observed · ln(observed / expected).</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <returns>The statistic and the p-value of the chi-square distribution.</returns>
    /// <exception cref="ArgumentException">A sample or a category has no values, a count is negative, or the lengths differ.</exception>
    public static TestResult GTest(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var expected = Expected(reference, current);
        if (reference.Length == 1)
        {
            return new TestResult(0, 1);
        }

        var terms = new double[expected.Length];
        for (var index = 0; index < terms.Length; index++)
        {
            var observed = Observed(reference, current, index);
            terms[index] = observed == 0 ? 0 : 2 * observed * Math.Log(observed / expected[index]);
        }

        var statistic = PairwiseSum.Of(terms);
        return new TestResult(statistic, Tails.ChiSquare(statistic, reference.Length - 1));
    }

    /// <summary>Computes the chi-square test of goodness of fit, in which the scaled reference is the expected distribution without an error.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <returns>
    /// The statistic, which is infinite if a current category is not in the reference, and the p-value. The p-value is NaN for one category. Both are NaN if a
    /// sample or a category has no values.
    /// </returns>
    /// <exception cref="ArgumentException">A count is negative, the lengths differ, or there are no categories.</exception>
    /// <remarks>
    /// Without drift, p is below 0.05 in 16 % of comparisons of equal sizes and 2 categories, and in more for more categories. Use it only to compare with
    /// other tools.
    /// </remarks>
    public static TestResult GoodnessOfFit(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        Counts.Validate(reference, current);
        var scale = (double)Counts.Sum(current) / Counts.Sum(reference);
        var terms = new double[reference.Length];
        for (var index = 0; index < terms.Length; index++)
        {
            var expected = reference[index] * scale;
            terms[index] = (current[index] - expected) * (current[index] - expected) / expected;
        }

        var statistic = PairwiseSum.Of(terms);
        return new TestResult(statistic, Tails.ChiSquare(statistic, reference.Length - 1));
    }

    /// <summary>Computes the two-sided exact test of Fisher for two categories.</summary>
    /// <param name="reference">The two counts of the reference sample.</param>
    /// <param name="current">The two counts of the current sample.</param>
    /// <returns>
    /// The odds ratio of the counts as the statistic, which may be infinite, and the p-value. If a sample or a category has no values, they are NaN and 1.
    /// </returns>
    /// <exception cref="ArgumentException">There are not two counts in each sample, or one is negative.</exception>
    public static TestResult FisherExact(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        Counts.Validate(reference, current);
        if (reference.Length != 2)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"There are {reference.Length} categories. The test needs two. Use ChiSquare."), nameof(reference));
        }

        var (first, second) = (Counts.Sum(reference), Counts.Sum(current));
        var category = reference[0] + current[0];
        if (first == 0 || second == 0 || category == 0 || reference[1] + current[1] == 0)
        {
            return new TestResult(double.NaN, 1);
        }

        var odds = current[0] > 0 && reference[1] > 0
            ? (double)reference[0] * current[1] / ((double)current[0] * reference[1])
            : double.PositiveInfinity;
        return new TestResult(odds, Hypergeometric.TwoSided(reference[0], first, second, category));
    }

    /// <summary>Computes the two-sided z-test of equal proportions with a pooled variance.</summary>
    /// <param name="reference">The number of successes in the reference sample.</param>
    /// <param name="referenceCount">The size of the reference sample.</param>
    /// <param name="current">The number of successes in the current sample.</param>
    /// <param name="currentCount">The size of the current sample.</param>
    /// <returns>z, which is negative if the current share is larger, and the p-value. Both are NaN if a sample is empty or all values are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or a number of successes is more than its sample.</exception>
    public static TestResult TwoProportions(long reference, long referenceCount, long current, long currentCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reference);
        ArgumentOutOfRangeException.ThrowIfNegative(current);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reference, referenceCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(current, currentCount);
        var pooled = ((double)reference + current) / ((double)referenceCount + currentCount);
        var z = (((double)reference / referenceCount) - ((double)current / currentCount))
            / Math.Sqrt(pooled * (1 - pooled) * ((1.0 / referenceCount) + (1.0 / currentCount)));
        return new TestResult(z, 2 * Tails.Normal(Math.Abs(z)));
    }

    private static double Observed(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, int index) =>
        index < reference.Length ? reference[index] : current[index - reference.Length];

    /// <summary>Computes the expected counts of the reference, followed by those of the current sample.</summary>
    private static double[] Expected(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        Counts.Validate(reference, current);
        double first = Counts.Sum(reference);
        double second = Counts.Sum(current);
        if (first == 0 || second == 0)
        {
            throw new ArgumentException("A sample has no values. Pass at least one value in each sample.", first == 0 ? nameof(reference) : nameof(current));
        }

        var expected = new double[2 * reference.Length];
        for (var index = 0; index < reference.Length; index++)
        {
            double total = reference[index] + current[index];
            if (total == 0)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"The category at index {index} has no values in either sample. Remove it."),
                    nameof(reference));
            }

            expected[index] = first * total / (first + second);
            expected[index + reference.Length] = second * total / (first + second);
        }

        return expected;
    }
}
