namespace MlOps.Monitoring.Drift;

/// <summary>Draws random samples.</summary>
internal static class Draws
{
    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Draws a sorted sample of the uniform distribution from the spacings of a Poisson process, in O(n).</summary>
    public static double[] SortedUniform(Random random, int count)
    {
        var values = new double[count];
        var sum = 0.0;
        for (var index = 0; index < count; index++)
        {
            sum -= Math.Log(1 - random.NextDouble());
            values[index] = sum;
        }

        sum -= Math.Log(1 - random.NextDouble());
        for (var index = 0; index < count; index++)
        {
            values[index] /= sum;
        }

        return values;
    }

    /// <summary>Draws the counts of categories with the cumulated probabilities.</summary>
    public static long[] Counts(Random random, double[] cumulated, int count)
    {
        var counts = new long[cumulated.Length];
        for (var index = 0; index < count; index++)
        {
            var category = Array.BinarySearch(cumulated, random.NextDouble());
            counts[Math.Min(category < 0 ? ~category : category, counts.Length - 1)]++;
        }

        return counts;
    }

    /// <summary>Cumulates probabilities that are proportional to 1/rank^exponent.</summary>
    public static double[] Zipf(int categories, double exponent)
    {
        double[] weights = [.. Enumerable.Range(1, categories).Select(rank => Math.Pow(rank, -exponent))];
        var (sum, total) = (0.0, weights.Sum());
        return Array.ConvertAll(weights, weight => sum += weight / total);
    }
}
