namespace MlOps.Monitoring.Drift;

/// <summary>Counts numbers in bins whose edges are quantiles of the reference.</summary>
/// <remarks>Thread-safe. The current values do not move the edges, so that an outlier among them cannot hide a shift.</remarks>
public static class SampleBins
{
    private const int Deciles = 10;

    /// <summary>Computes the distinct deciles of a sample, interpolated linearly between the neighbouring values.</summary>
    /// <param name="reference">The reference values, in any order.</param>
    /// <returns>One to nine inner edges in ascending order. A sample with few distinct values has fewer edges.</returns>
    /// <exception cref="ArgumentException">The sample is empty or has a NaN or an infinity.</exception>
    public static double[] DecileEdges(ReadOnlySpan<double> reference)
    {
        var sorted = SortedSample.Create(reference, nameof(reference));
        var edges = new List<double>();
        for (var decile = 1; decile < Deciles; decile++)
        {
            // The products 3·0.1, 6·0.1 and 7·0.1 are the probabilities of NumPy. The quotients 3/10, 6/10 and 7/10 are other numbers.
            var edge = Quantile(sorted, decile * 0.1);
            if (edges.Count == 0 || edge > edges[^1] || (double.IsNaN(edge) && !double.IsNaN(edges[^1])))
            {
                edges.Add(edge);
            }
        }

        return [.. edges];
    }

    /// <summary>Counts the values in each bin. A bin includes its upper edge. The outer bins are open.</summary>
    /// <param name="values">The values, in any order.</param>
    /// <param name="edges">The inner edges, in ascending order.</param>
    /// <returns>The counts, with one bin more than edges.</returns>
    /// <exception cref="ArgumentException">There is a NaN or an infinity among the values.</exception>
    public static long[] Count(ReadOnlySpan<double> values, ReadOnlySpan<double> edges)
    {
        SortedSample.RequireFinite(values, nameof(values));
        var counts = new long[edges.Length + 1];
        foreach (var value in values)
        {
            var bin = 0;
            while (bin < edges.Length && edges[bin] < value)
            {
                bin++;
            }

            counts[bin]++;
        }

        return counts;
    }

    private static double Quantile(double[] sorted, double probability)
    {
        var position = (sorted.Length - 1) * probability;
        var index = (int)Math.Floor(position);
        var (low, high) = (sorted[index], sorted[Math.Min(index + 1, sorted.Length - 1)]);
        var share = position - index;

        // Interpolate from the nearer value, so that the result is monotonic.
        return share >= 0.5 ? high - ((high - low) * (1 - share)) : low + ((high - low) * share);
    }
}
