using MathNet.Numerics;

namespace MlOps.Monitoring.Drift;

/// <summary>Computes the k-sample Anderson-Darling test of two sorted samples.</summary>
internal static class AndersonDarlingTest
{
    private const double MaxPValue = 0.25;
    private const double MinPValue = 0.001;

    // The coefficients b0, b1 and b2 of table 2 of Scholz and Stephens. The critical value is b0 + b1/√m + b2/m with m = 1 for two samples.
    private static readonly double[] s_critical =
        [0.675 - 0.245 - 0.105, 1.281 + 0.25 - 0.305, 1.645 + 0.678 - 0.362, 1.96 + 1.149 - 0.391, 2.326 + 1.822 - 0.396, 2.573 + 2.364 - 0.345,
            3.085 + 3.615 - 0.154];

    // The logarithm of the level is interpolated by a quadratic of the critical value.
    private static readonly double[] s_logarithm = Fit.Polynomial(
        s_critical, [.. new[] { MaxPValue, 0.1, 0.05, 0.025, 0.01, 0.005, MinPValue }.Select(static level => Math.Log(level))], 2);

    public static IReadOnlyList<double> CriticalValues => s_critical;

    public static TestResult Compute(double[] reference, double[] current)
    {
        var pooled = SortedSample.Merge(reference, current);
        if (pooled[0] == pooled[^1])
        {
            throw new ArgumentException("All values of both samples are equal. The test needs more than one distinct value.", nameof(current));
        }

        if (pooled.Length < 3)
        {
            throw new ArgumentException("The samples have two values together. The test needs at least three.", nameof(current));
        }

        var distinct = pooled.Distinct().ToArray();
        var statistic = (pooled.Length - 1.0) / pooled.Length * (Sum(reference, pooled, distinct) + Sum(current, pooled, distinct));
        var normalized = (statistic - 1) / Math.Sqrt(Variance(reference.Length, current.Length));
        return new TestResult(normalized, PValue(normalized));
    }

    private static double PValue(double statistic) => statistic switch
    {
        double.NaN => double.NaN,
        _ when statistic < s_critical[0] => MaxPValue,
        _ when statistic > s_critical[^1] => MinPValue,
        _ => Math.Exp(s_logarithm[0] + (statistic * (s_logarithm[1] + (statistic * s_logarithm[2])))),
    };

    private static double Sum(double[] sample, double[] pooled, double[] distinct)
    {
        var (below, upTo) = (SortedSample.CountUpTo(pooled, distinct, isStrict: true), SortedSample.CountUpTo(pooled, distinct));
        var (ownBelow, ownUpTo) = (SortedSample.CountUpTo(sample, distinct, isStrict: true), SortedSample.CountUpTo(sample, distinct));
        double size = pooled.Length;
        var terms = new double[distinct.Length];
        for (var index = 0; index < terms.Length; index++)
        {
            double ties = upTo[index] - below[index];
            var rank = below[index] + (ties / 2);
            var own = ownUpTo[index] - ((ownUpTo[index] - ownBelow[index]) / 2.0);
            var deviation = (size * own) - (rank * sample.Length);
            terms[index] = ties / size * (deviation * deviation) / ((rank * (size - rank)) - (size * ties / 4));
        }

        return PairwiseSum.Of(terms) / sample.Length;
    }

    /// <summary>The variance of the statistic, equation 4 of Scholz and Stephens with k = 2; NaN for three values.</summary>
    private static double Variance(int reference, int current)
    {
        var size = reference + current;
        if (size == 3)
        {
            return double.NaN;
        }

        var (harmonic, terms) = (0.0, new double[size - 2]);
        for (var index = 0; index < terms.Length; index++)
        {
            harmonic += 1.0 / (size - 1 - index);
            terms[index] = harmonic / (index + 2);
        }

        var h = harmonic + 1;
        var g = PairwiseSum.Of(terms);
        var inverse = (1.0 / reference) + (1.0 / current);
        var a = (4 * g) - 6 + ((10 - (6 * g)) * inverse);
        var b = (((2 * g) - 4) * 4) + (16 * h) + (((2 * g) - (14 * h) - 4) * inverse) - (8 * h) + (4 * g) - 6;
        var c = (((6 * h) + (2 * g) - 2) * 4) + (((4 * h) - (4 * g) + 6) * 2) + (((2 * h) - 6) * inverse) + (4 * h);
        var d = (((2 * h) + 6) * 4) - (8 * h);
        double n = size;
        return ((a * n * n * n) + (b * n * n) + (c * n) + d) / ((n - 1) * (n - 2) * (n - 3));
    }
}
