namespace MlOps.Monitoring.Profiles;

/// <summary>Computes quantiles and ranks of weighted samples.</summary>
internal static class Quantiles
{
    /// <summary>Finds the smallest value whose rank is at least a probability.</summary>
    public static double Find(IReadOnlyList<(double Value, long Weight)> sample, long total, double probability)
    {
        var target = Math.Max(1, (long)Math.Ceiling(probability * total));
        var cumulative = 0L;
        foreach (var (value, weight) in sample)
        {
            cumulative += weight;
            if (cumulative >= target)
            {
                return value;
            }
        }

        return sample[^1].Value;
    }

    /// <summary>Computes the weight of the values that are at most a value.</summary>
    public static long WeightAtMost(IReadOnlyList<(double Value, long Weight)> sample, double value)
    {
        var weightAtMost = 0L;
        foreach (var (item, weight) in sample)
        {
            if (item > value)
            {
                break;
            }

            weightAtMost += weight;
        }

        return weightAtMost;
    }
}
