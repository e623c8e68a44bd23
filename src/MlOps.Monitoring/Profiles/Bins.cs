using System.Globalization;

namespace MlOps.Monitoring.Profiles;

/// <summary>The bins of a histogram whose edges are quantiles of a baseline.</summary>
internal static class Bins
{
    private const int Count20 = 20;

    /// <summary>Chooses the edges from the sample of a baseline.</summary>
    /// <remarks>
    /// The edges are the quantiles 1/20, 2/20, … 19/20 without duplicates. A value that at least two of them share has a bin of its own. If there are at most
    /// 20 distinct values, each of them has a bin. A constant has the bins below, equal and above.
    /// </remarks>
    public static double[] ChooseEdges(IReadOnlyList<(double Value, long Weight)> sample)
    {
        if (sample.Count == 0)
        {
            return [];
        }

        if (sample.Count == 1)
        {
            return [Math.BitDecrement(sample[0].Value), sample[0].Value];
        }

        if (sample.Count <= Count20)
        {
            return [.. sample.SkipLast(1).Select(static item => item.Value)];
        }

        var total = sample.Sum(static item => item.Weight);
        var edges = new SortedSet<double>();
        var previous = double.NaN;
        for (var i = 1; i < Count20; i++)
        {
            var edge = Quantiles.Find(sample, total, (double)i / Count20);
            if (edge == previous && edge > sample[0].Value)
            {
                edges.Add(Math.BitDecrement(edge));
            }

            edges.Add(previous = edge);
        }

        // Nothing of the baseline is above an edge at its maximum.
        if (edges.Max == sample[^1].Value && edges.Count > 1)
        {
            edges.Remove(edges.Max);
        }

        return [.. edges];
    }

    /// <summary>Finds the bin of a value: the number of edges below the value.</summary>
    public static int IndexOf(IReadOnlyList<double> edges, double value)
    {
        var (low, high) = (0, edges.Count);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (edges[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Adds sorted numbers to the counts of the bins.</summary>
    public static void Count(IReadOnlyList<double> edges, ReadOnlySpan<double> sorted, Span<long> counts)
    {
        if (counts.IsEmpty)
        {
            return;
        }

        for (var bin = 0; bin < edges.Count; bin++)
        {
            var inBin = CountAtMost(sorted, edges[bin]);
            counts[bin] += inBin;
            sorted = sorted[inBin..];
        }

        counts[^1] += sorted.Length;
    }

    public static string Describe(IReadOnlyList<double> edges) => edges.Count == 0
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{edges.Count + 1} bins from {edges[0]:G6} to {edges[^1]:G6}");

    private static int CountAtMost(ReadOnlySpan<double> sorted, double edge)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (sorted[middle] <= edge)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
