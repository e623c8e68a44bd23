namespace MlOps.Monitoring.Drift;

/// <summary>Computes the exact distribution of the two-sample Kolmogorov-Smirnov statistic.</summary>
/// <remarks>
/// A pooled sample without ties is a lattice path from (0, 0) to (m, n). The p-value is the share of paths that leave the band |x/m − y/n| &lt; d. Both methods
/// add and multiply positive numbers below 1 only, so that small p-values keep their relative accuracy.
/// </remarks>
internal static class SmirnovPaths
{
    public static double? PValue(int first, int second, double statistic)
    {
        var divisor = GreatestCommonDivisor(first, second);
        if ((double)(first / divisor) * (second / divisor) >= int.MaxValue)
        {
            return null;
        }

        var multiple = (long)(first / divisor) * second;
        var steps = (long)Math.Round(statistic * multiple);
        if (steps == 0)
        {
            return 1;
        }

        var probability = first == second ? EqualSizes(first, steps) : Band(Math.Max(first, second), Math.Min(first, second), divisor, steps);
        return probability is >= 0 and <= 1 ? probability : null;
    }

    /// <summary>2·Σ (−1)^(k−1) C(2n, n − kh) / C(2n, n), factored so that no term cancels.</summary>
    private static double EqualSizes(int size, long steps)
    {
        var probability = 0.0;
        for (var k = size / steps; k >= 0; k--)
        {
            var ratio = 1.0;
            for (var j = 0L; j < steps; j++)
            {
                ratio = (size - (k * steps) - j) * ratio / (size + (k * steps) + j + 1);
            }

            probability = ratio * (1 - probability);
        }

        return 2 * probability;
    }

    private static double Band(int width, int height, int divisor, long steps)
    {
        long across = width / divisor;
        long up = height / divisor;

        // The element y is the probability that a random path to (x, y) has left the band. It is 1 outside of the band.
        var outside = new double[height + 1];
        Array.Fill(outside, 1);
        var top = (int)Math.Min(CeilingDivide(steps, across), height + 1L);
        Array.Clear(outside, 0, top);
        for (var x = 1; x <= width; x++)
        {
            var bottom = (int)Math.Min(Math.Max(FloorDivide((up * x) - steps, across) + 1, 0), height);
            top = (int)Math.Min(CeilingDivide((up * x) + steps, across), height + 1L);
            if (top <= bottom)
            {
                return 1;
            }

            var below = bottom == 0 ? 0.0 : 1.0;
            for (var y = bottom; y < top; y++)
            {
                below = ((outside[y] * x) + (below * y)) / ((double)x + y);
                outside[y] = below;
            }
        }

        return outside[top - 1];
    }

    private static long FloorDivide(long dividend, long divisor) => dividend >= 0 ? dividend / divisor : -((-dividend + divisor - 1) / divisor);

    private static long CeilingDivide(long dividend, long divisor) => -FloorDivide(-dividend, divisor);

    private static int GreatestCommonDivisor(int first, int second)
    {
        while (second != 0)
        {
            (first, second) = (second, first % second);
        }

        return first;
    }
}
