namespace MlOps.Monitoring.Drift;

/// <summary>Computes divergences of two distributions over the same bins or categories.</summary>
/// <remarks>
/// Thread-safe. The arguments are the numbers of values in each bin, <c>[bins]</c>, of the reference and of the current sample. p and q are the shares. All
/// methods throw an <see cref="ArgumentException"/> if the lengths differ, there is no bin, or a count is negative, and return NaN if a sample has no values.
/// </remarks>
public static class Divergences
{
    private const double Floor = 1e-4;
    private const double Jeffreys = 0.5;

    /// <summary>Computes the population stability index, Σ (q − p) ln(q / p).</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <param name="useFloor">
    /// Whether shares below 10⁻⁴ are replaced by 10⁻⁴; otherwise the share is (count + ½) / (n + ½·bins), which depends less on
    /// single values of a small sample.
    /// </param>
    /// <returns>The index in nats, 0 or more.</returns>
    public static double PopulationStability(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, bool useFloor = true)
    {
        var (p, q) = useFloor ? (Floored(reference, current).P, Floored(reference, current).Q) : Smoothed(reference, current);
        return Sum(p, q, static (p, q) => (q - p) * Math.Log(q / p));
    }

    /// <summary>Computes the Kullback-Leibler divergence of the current from the reference distribution, Σ p ln(p / q).</summary>
    /// <param name="reference">The counts of the reference sample. Exchange the arguments for the opposite direction.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <param name="useFloor">Whether shares below 10⁻⁴ are replaced by 10⁻⁴ and the shares are scaled to the sum of 1.</param>
    /// <returns>The divergence in nats, 0 or more; infinite without a floor if a bin of the reference has no current values.</returns>
    public static double KullbackLeibler(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, bool useFloor = true)
    {
        var (p, q) = useFloor ? Floored(reference, current) : Shares(reference, current);
        return Sum(Normalize(p), Normalize(q), RelativeEntropy);
    }

    /// <summary>Computes the Jensen-Shannon distance, the root of the mean divergence from the mixture of both.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <param name="isBase2">Whether the logarithm has the base 2; otherwise e.</param>
    /// <returns>The distance, 0 to 1 with the base 2, or 0 to √(ln 2). Its square is the Jensen-Shannon divergence.</returns>
    /// <remarks>Reference: J. Lin, https://doi.org/10.1109/18.61115.</remarks>
    public static double JensenShannon(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, bool isBase2 = true)
    {
        var (p, q) = Shares(reference, current);
        (p, q) = (Normalize(p), Normalize(q));
        var divergence = Sum(p, q, static (p, q) => RelativeEntropy(p, (p + q) / 2)) + Sum(q, p, static (q, p) => RelativeEntropy(q, (p + q) / 2));
        return Math.Sqrt((isBase2 ? divergence / Math.Log(2) : divergence) / 2);
    }

    /// <summary>Computes the Hellinger distance, √(Σ (√p − √q)²) / √2.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <returns>The distance, 0 to 1.</returns>
    public static double Hellinger(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (p, q) = Shares(reference, current);
        return Math.Sqrt(Sum(p, q, static (p, q) => (Math.Sqrt(p) - Math.Sqrt(q)) * (Math.Sqrt(p) - Math.Sqrt(q)))) / Math.Sqrt(2);
    }

    /// <summary>Computes the total variation distance, ½ Σ |p − q|: the share of values that would have to move to another bin.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <returns>The distance, 0 to 1.</returns>
    public static double TotalVariation(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (p, q) = Shares(reference, current);
        return 0.5 * Sum(p, q, static (p, q) => Math.Abs(p - q));
    }

    /// <summary>Computes the largest difference of a share, max |p − q|.</summary>
    /// <param name="reference">The counts of the reference sample.</param>
    /// <param name="current">The counts of the current sample.</param>
    /// <returns>The difference, 0 to 1.</returns>
    public static double LInfinity(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (p, q) = Shares(reference, current);
        return p.Zip(q, static (p, q) => Math.Abs(p - q)).Aggregate(0.0, Math.Max);
    }

    /// <summary>p ln(p / q), with its limits for zeros.</summary>
    private static double RelativeEntropy(double p, double q) => (p, q) switch
    {
        (_, double.NaN) => double.NaN,
        (0, _) => 0,
        (_, 0) => double.PositiveInfinity,
        _ => p * Math.Log(p / q),
    };

    private static double Sum(double[] p, double[] q, Func<double, double, double> term) => PairwiseSum.Of(p.Zip(q, term).ToArray());

    private static double[] Normalize(double[] shares)
    {
        var sum = PairwiseSum.Of(shares);
        return Array.ConvertAll(shares, share => share / sum);
    }

    private static (double[] P, double[] Q) Floored(ReadOnlySpan<long> reference, ReadOnlySpan<long> current)
    {
        var (p, q) = Shares(reference, current);
        return (Array.ConvertAll(p, static share => Math.Max(share, Floor)), Array.ConvertAll(q, static share => Math.Max(share, Floor)));
    }

    private static (double[] P, double[] Q) Shares(ReadOnlySpan<long> reference, ReadOnlySpan<long> current) => Shares(reference, current, 0);

    private static (double[] P, double[] Q) Smoothed(ReadOnlySpan<long> reference, ReadOnlySpan<long> current) => Shares(reference, current, Jeffreys);

    private static (double[] P, double[] Q) Shares(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, double prior)
    {
        Counts.Validate(reference, current);
        return (Shares(reference, prior), Shares(current, prior));
    }

    private static double[] Shares(ReadOnlySpan<long> counts, double prior)
    {
        double total = Counts.Sum(counts);
        var shares = new double[counts.Length];
        for (var index = 0; index < shares.Length; index++)
        {
            shares[index] = (counts[index] + prior) / (total + (prior * counts.Length));
        }

        return shares;
    }
}
