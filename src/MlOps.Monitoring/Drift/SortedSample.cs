using System.Globalization;

namespace MlOps.Monitoring.Drift;

/// <summary>Copies, validates and sorts samples.</summary>
internal static class SortedSample
{
    public static double[] Create(ReadOnlySpan<double> values, string parameter, bool mayBeEmpty = false)
    {
        if (values.IsEmpty && !mayBeEmpty)
        {
            throw new ArgumentException("The sample has no values. Pass at least one value.", parameter);
        }

        RequireFinite(values, parameter);
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    public static void RequireFinite(ReadOnlySpan<double> values, string parameter)
    {
        for (var index = 0; index < values.Length; index++)
        {
            if (!double.IsFinite(values[index]))
            {
                throw new ArgumentException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The value at index {index} is {values[index]}. Remove NaN and infinities, and compare their rate with CategoryTests.TwoProportions."),
                    parameter);
            }
        }
    }

    /// <summary>Computes the number of values that are at most (or, if <paramref name="isStrict"/>, less than) each of the ascending points.</summary>
    public static int[] CountUpTo(double[] sorted, double[] points, bool isStrict = false)
    {
        var counts = new int[points.Length];
        var count = 0;
        for (var index = 0; index < points.Length; index++)
        {
            while (count < sorted.Length && (isStrict ? sorted[count] < points[index] : sorted[count] <= points[index]))
            {
                count++;
            }

            counts[index] = count;
        }

        return counts;
    }

    /// <summary>Merges two sorted samples.</summary>
    public static double[] Merge(double[] first, double[] second)
    {
        var merged = new double[first.Length + second.Length];
        var (left, right) = (0, 0);
        for (var index = 0; index < merged.Length; index++)
        {
            merged[index] = right == second.Length || (left < first.Length && first[left] <= second[right]) ? first[left++] : second[right++];
        }

        return merged;
    }

    /// <summary>Computes the ranks of a sorted sample in the pooled sample, from 1. Equal values have the mean of their ranks.</summary>
    public static double[] Ranks(double[] sample, double[] other)
    {
        var (below, upTo) = (CountUpTo(sample, sample, isStrict: true), CountUpTo(sample, sample));
        var (belowOther, upToOther) = (CountUpTo(other, sample, isStrict: true), CountUpTo(other, sample));
        var ranks = new double[sample.Length];
        for (var index = 0; index < ranks.Length; index++)
        {
            ranks[index] = 0.5 * (below[index] + belowOther[index] + upTo[index] + upToOther[index] + 1.0);
        }

        return ranks;
    }
}
