namespace MlOps.Monitoring.Drift;

/// <summary>Computes tails of the hypergeometric distribution.</summary>
internal static class Hypergeometric
{
    // Two tables of the same probability differ by rounding. Other tables differ by more.
    private const double Equal = 1 + 1e-11;

    /// <summary>Computes the probability of the tables that are at most as probable as the observed one.</summary>
    /// <param name="observed">The number of successes in the first sample.</param>
    /// <param name="first">The size of the first sample.</param>
    /// <param name="second">The size of the second sample.</param>
    /// <param name="successes">The number of successes in both.</param>
    public static double TwoSided(long observed, long first, long second, long successes)
    {
        var (low, high) = (Math.Max(0, successes - second), Math.Min(first, successes));
        var mode = Math.Clamp((long)(((double)successes + 1) * (first + 1.0) / (first + second + 2.0)), low, high);
        var weight = 1.0;
        var limit = Walk(mode, observed, first, second, successes) * Equal;
        var (total, tail) = (0.0, 0.0);
        for (var x = mode; x <= high && weight > 0; x++)
        {
            total += weight;
            tail += weight <= limit ? weight : 0;
            weight *= Ratio(x, first, second, successes);
        }

        weight = 1;
        for (var x = mode - 1; x >= low && weight > 0; x--)
        {
            weight /= Ratio(x, first, second, successes);
            total += weight;
            tail += weight <= limit ? weight : 0;
        }

        return Math.Min(1, tail / total);
    }

    /// <summary>P(x + 1) / P(x).</summary>
    private static double Ratio(long x, long first, long second, long successes) =>
        (double)(first - x) * (successes - x) / ((x + 1.0) * (second - successes + x + 1.0));

    /// <summary>P(observed) / P(mode).</summary>
    private static double Walk(long mode, long observed, long first, long second, long successes)
    {
        var weight = 1.0;
        for (var x = mode; x < observed; x++)
        {
            weight *= Ratio(x, first, second, successes);
        }

        for (var x = mode - 1; x >= observed; x--)
        {
            weight /= Ratio(x, first, second, successes);
        }

        return weight;
    }
}
