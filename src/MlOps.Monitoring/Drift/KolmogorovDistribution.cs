using MathNet.Numerics;

namespace MlOps.Monitoring.Drift;

/// <summary>Computes the distribution of the two-sided one-sample Kolmogorov-Smirnov statistic.</summary>
/// <remarks>
/// The choice of the method by size and statistic follows R. Simard, P. L'Ecuyer, https://doi.org/10.18637/jss.v039.i11, except that the Durbin matrix replaces
/// the recursion of Pomeranz.
/// </remarks>
internal static class KolmogorovDistribution
{
    private const int SmallSize = 140;
    private const int MaxMatrixSize = 100_000;
    private const int MaxExactSize = 1_000_000;

    /// <summary>Computes P(D ≥ statistic) for a sample of the size.</summary>
    public static double Survival(long size, double statistic)
    {
        if (size <= 0 || double.IsNaN(statistic))
        {
            return double.NaN;
        }

        var scaled = size * statistic;
        if (statistic >= 1 || scaled <= 0.5)
        {
            return statistic >= 1 ? 0 : 1;
        }

        if (scaled <= 1)
        {
            return 1 - Smallest(size, (2 * scaled) - 1);
        }

        if (scaled >= size - 1)
        {
            return 2 * Math.Pow(1 - statistic, size);
        }

        var square = scaled * statistic;
        if (statistic >= 0.5 || square >= (size <= SmallSize ? 4 : 2.2))
        {
            return square >= 370 && size > SmallSize ? 0 : Math.Clamp(2 * OneSided(size, statistic), 0, 1);
        }

        var probability = size <= SmallSize || (size <= MaxMatrixSize && size * Math.Pow(statistic, 1.5) <= 1.4)
            ? DurbinMatrix.Probability((int)size, statistic)
            : PelzGood.Probability(size, statistic);
        return Math.Clamp(1 - probability, 0, 1);
    }

    /// <summary>Computes Q(x) = 2 Σ (−1)^(k−1) exp(−2k²x²), the limit of P(√n·D ≥ x).</summary>
    public static double Limit(double x)
    {
        if (double.IsNaN(x) || x <= 0)
        {
            return double.IsNaN(x) ? double.NaN : 1;
        }

        var sum = 0.0;
        if (x < 0.82)
        {
            // The alternating series converges slowly for small x. This is its transform by the Jacobi theta function.
            for (var k = 1; k <= 9; k += 2)
            {
                sum += Math.Exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            }

            return 1 - (Math.Sqrt(2 * Math.PI) / x * sum);
        }

        for (var k = 6; k >= 1; k--)
        {
            sum += (k % 2 == 1 ? 1 : -1) * Math.Exp(-2.0 * k * k * x * x);
        }

        return 2 * sum;
    }

    /// <summary>n!·(excess/n)^n, the probability for statistics between 1/(2n) and 1/n.</summary>
    private static double Smallest(long size, double excess) =>
        Math.Exp(SpecialFunctions.GammaLn(size + 1.0) + (size * (Math.Log(excess) - Math.Log(size))));

    /// <summary>P(D⁺ ≥ x) = x Σ C(n, j) (1 − x − j/n)^(n−j) (x + j/n)^(j−1), whose terms are positive.</summary>
    private static double OneSided(long size, double x)
    {
        if (size > MaxExactSize)
        {
            var scaled = (6 * size * x) + 1;
            return Math.Exp(-scaled * scaled / (18.0 * size));
        }

        var last = (int)Math.Floor(size * (1 - x));
        var (sum, logBinomial) = (0.0, 0.0);
        for (var j = 0; j <= last; j++)
        {
            var rest = 1 - x - ((double)j / size);
            if (rest > 0)
            {
                sum += Math.Exp(logBinomial + ((size - j) * Math.Log(rest)) + ((j - 1) * Math.Log(x + ((double)j / size))));
            }

            logBinomial += Math.Log((double)(size - j) / (j + 1));
        }

        return x * sum;
    }
}
