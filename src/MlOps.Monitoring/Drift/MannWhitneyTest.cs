using System.Globalization;
using System.Numerics;

namespace MlOps.Monitoring.Drift;

/// <summary>Computes the Mann-Whitney test of sorted samples.</summary>
internal static class MannWhitneyTest
{
    private const long MaxPairs = 250_000;

    public static TestResult Approximate(double[] reference, double[] current, bool useContinuity)
    {
        var statistic = Statistic(reference, current);
        var pairs = (double)reference.Length * current.Length;
        double size = reference.Length + current.Length;
        var deviation = Math.Sqrt(pairs / 12 * (size + 1 - (Ties(reference, current) / (size * (size - 1)))));
        var distance = Math.Max(statistic, pairs - statistic) - (pairs / 2) - (useContinuity ? 0.5 : 0);
        return new TestResult(statistic, Math.Clamp(2 * Tails.Normal(distance / deviation), 0, 1));
    }

    public static TestResult Exact(double[] reference, double[] current)
    {
        var pairs = (long)reference.Length * current.Length;
        if (pairs > MaxPairs)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The samples have {reference.Length} and {current.Length} values. The exact test takes up to {MaxPairs} pairs. Use MannWhitney."),
                nameof(current));
        }

        var statistic = Statistic(reference, current);
        var tail = (int)(pairs - (long)Math.Max(statistic, pairs - statistic));
        var (smaller, larger) = (Math.Min(reference.Length, current.Length), Math.Max(reference.Length, current.Length));
        return new TestResult(statistic, Math.Min(1, 2 * LowerTail(smaller, larger, tail)));
    }

    private static double Statistic(double[] reference, double[] current) =>
        PairwiseSum.Of(SortedSample.Ranks(reference, current)) - (reference.Length * (reference.Length + 1.0) / 2);

    /// <summary>Σ (t³ − t) over the groups of t equal values.</summary>
    private static double Ties(double[] reference, double[] current)
    {
        var merged = SortedSample.Merge(reference, current);
        var (sum, start) = (0.0, 0);
        for (var end = 1; end <= merged.Length; end++)
        {
            if (end == merged.Length || merged[end] != merged[start])
            {
                double count = end - start;
                sum += (count * count * count) - count;
                start = end;
            }
        }

        return sum;
    }

    /// <summary>P(U ≤ tail) from the Gaussian binomial coefficient Π (1 − q^(larger+i)) / (1 − q^i), in exact integers up to the power of the tail.</summary>
    private static double LowerTail(int smaller, int larger, int tail)
    {
        var counts = new BigInteger[tail + 1];
        counts[0] = 1;
        for (var i = 1; i <= smaller; i++)
        {
            for (var power = tail; power >= larger + i; power--)
            {
                counts[power] -= counts[power - larger - i];
            }

            for (var power = i; power <= tail; power++)
            {
                counts[power] += counts[power - i];
            }
        }

        var sum = counts.Aggregate(BigInteger.Add);
        var total = BigInteger.One;
        for (var i = 1; i <= smaller; i++)
        {
            total = total * (larger + i) / i;
        }

        return Math.Exp(BigInteger.Log(sum) - BigInteger.Log(total));
    }
}
