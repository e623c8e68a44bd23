using MathNet.Numerics;

namespace MlOps.Monitoring.Drift;

/// <summary>Computes the Cramér-von Mises test of two sorted samples.</summary>
internal static class CramerVonMisesTest
{
    public static TestResult Compute(double[] reference, double[] current)
    {
        if (reference.Length < 2 || current.Length < 2)
        {
            throw new ArgumentException("A sample has less than two values. Pass at least two values in each sample.", nameof(current));
        }

        double n = reference.Length;
        double m = current.Length;
        var (product, size) = (n * m, n + m);
        var deviation = (n * Deviation(reference, current)) + (m * Deviation(current, reference));
        var statistic = (deviation / (product * size)) - (((4 * product) - 1) / (6 * size));

        // The p-value is that of the limiting distribution, with the mean and variance of the finite statistic.
        var mean = (1 + (1 / size)) / 6;
        var variance = (size + 1) * ((4 * product * size) - (3 * ((n * n) + (m * m))) - (2 * product)) / (45 * size * size * 4 * product);
        var limit = (1.0 / 6) + ((statistic - mean) / Math.Sqrt(45 * variance));
        return new TestResult(statistic, Survival(limit));
    }

    private static double Deviation(double[] sample, double[] other)
    {
        var squares = SortedSample.Ranks(sample, other);
        for (var index = 0; index < squares.Length; index++)
        {
            var difference = squares[index] - (index + 1);
            squares[index] = difference * difference;
        }

        return PairwiseSum.Of(squares);
    }

    /// <summary>1 − F(x) with the series (1.2) of Csörgő and Faraway.</summary>
    private static double Survival(double x)
    {
        // Below this value, 1 − F(x) differs from 1 by less than 10⁻¹⁷, and the Bessel functions underflow.
        const double Smallest = 0.003;
        const double Precision = 1e-7;
        if (x < Smallest)
        {
            return 1;
        }

        var (sum, term) = (0.0, 1.0);
        for (var k = 0; term >= Precision; k++)
        {
            var y = (4.0 * k) + 1;
            var q = y * y / (16 * x);
            term = Math.Exp(SpecialFunctions.GammaLn(k + 0.5) - SpecialFunctions.GammaLn(k + 1.0) - q) / (Math.Pow(Math.PI, 1.5) * Math.Sqrt(x))
                * Math.Sqrt(y) * SpecialFunctions.BesselK(0.25, q);
            sum += term;
        }

        return Math.Max(0, 1 - sum);
    }
}
