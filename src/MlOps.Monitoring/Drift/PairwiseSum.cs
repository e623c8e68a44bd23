namespace MlOps.Monitoring.Drift;

/// <summary>Adds numbers pairwise, with a rounding error of O(log n).</summary>
/// <remarks>
/// The order of the additions is that of NumPy (blocks of 128 numbers, eight partial sums). Statistics of samples whose sums cancel or overflow are then the
/// same as those of SciPy.
/// </remarks>
internal static class PairwiseSum
{
    private const int Block = 128;
    private const int Lanes = 8;

    public static double Of(ReadOnlySpan<double> values)
    {
        if (values.Length < Lanes)
        {
            var sum = 0.0;
            foreach (var value in values)
            {
                sum += value;
            }

            return sum;
        }

        if (values.Length > Block)
        {
            var half = values.Length / 2;
            half -= half % Lanes;
            return Of(values[..half]) + Of(values[half..]);
        }

        Span<double> lanes = stackalloc double[Lanes];
        values[..Lanes].CopyTo(lanes);
        var index = Lanes;
        for (; index < values.Length - (values.Length % Lanes); index += Lanes)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                lanes[lane] += values[index + lane];
            }
        }

        var total = (lanes[0] + lanes[1] + (lanes[2] + lanes[3])) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
        for (; index < values.Length; index++)
        {
            total += values[index];
        }

        return total;
    }

    /// <summary>Computes the mean.</summary>
    public static double Mean(ReadOnlySpan<double> values) => Of(values) / values.Length;

    /// <summary>Computes the variance with the divisor n − <paramref name="degrees"/>.</summary>
    public static double Variance(ReadOnlySpan<double> values, int degrees)
    {
        var mean = Mean(values);
        var squares = new double[values.Length];
        for (var index = 0; index < squares.Length; index++)
        {
            var difference = values[index] - mean;
            squares[index] = difference * difference;
        }

        return Of(squares) / (values.Length - degrees);
    }
}
