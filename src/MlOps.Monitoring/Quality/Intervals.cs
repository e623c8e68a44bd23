namespace MlOps.Monitoring.Quality;

/// <summary>Confidence intervals of quality metrics.</summary>
internal static class Intervals
{
    /// <summary>The confidence level of the intervals in results.</summary>
    public const double Level = 0.95;

    /// <summary>Computes the two-sided quantile of the standard normal distribution, such as 1.96 for 0.95.</summary>
    public static double Normal(double level) => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 0.5 + (level / 2));

    /// <summary>Computes the Wilson score interval of a proportion.</summary>
    /// <param name="share">The proportion, 0 to 1, or NaN.</param>
    /// <param name="count">The number of trials, or the effective number of trials of an average; at least 0.</param>
    /// <param name="level">The confidence level.</param>
    /// <returns>(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), within 0 and 1; NaN if the proportion is NaN or there are no trials.</returns>
    /// <seealso href="https://doi.org/10.1080/01621459.1927.10502953">Wilson (1927).</seealso>
    public static QualityEstimate Wilson(double share, double count, double level = Level)
    {
        if (double.IsNaN(share) || !(count > 0))
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        var z = Normal(level);
        var squared = z * z / count;
        var center = (share + (squared / 2)) / (1 + squared);
        var half = z * Math.Sqrt((share * (1 - share) / count) + (squared / (4 * count))) / (1 + squared);
        return new(share, Math.Clamp(center - half, 0, share), Math.Clamp(center + half, share, 1));
    }

    /// <inheritdoc cref="Wilson(double, double, double)"/>
    public static QualityEstimate Wilson(long successes, long count) => Wilson(count == 0 ? double.NaN : (double)successes / count, count);

    /// <summary>Computes the interval of a mean by Student's t distribution: m ± t √(s²/n).</summary>
    /// <returns>The mean and its interval; NaN bounds with fewer than two values; NaN without values or if the sums overflowed.</returns>
    public static QualityEstimate Mean(in MeanAccumulator values, double level = Level)
    {
        if (values.Count == 0 || !double.IsFinite(values.Mean))
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        var half = values.Count < 2 || !double.IsFinite(values.SquaredDifferences)
            ? double.NaN
            : StudentT(values.Count - 1, level) * Math.Sqrt(values.SquaredDifferences / (values.Count - 1) / values.Count);
        return new(values.Mean, values.Mean - half, values.Mean + half);
    }

    /// <summary>Computes the interval of a mean of values that are not negative: the interval of <see cref="Mean"/> without its negative part.</summary>
    public static QualityEstimate PositiveMean(in MeanAccumulator values)
    {
        var mean = Mean(values);
        return mean with { Low = Math.Max(0, mean.Low) };
    }

    /// <summary>Computes the interval of the root of a mean of squares: the roots of the bounds of <see cref="Mean"/>.</summary>
    public static QualityEstimate Root(in MeanAccumulator squares, double level = Level)
    {
        var mean = Mean(squares, level);
        return new(Math.Sqrt(mean.Value), Math.Sqrt(Math.Max(0, mean.Low)), Math.Sqrt(mean.High));
    }

    /// <summary>Computes the interval of a value in 0 to 1 from its standard error, on the scale of the logit, so that it stays within 0 and 1.</summary>
    /// <param name="value">The value.</param>
    /// <param name="error">The standard error.</param>
    /// <param name="fallbackCount">The number of trials of a Wilson interval, if the value is 0 or 1 or has no error.</param>
    public static QualityEstimate Logit(double value, double error, double fallbackCount)
    {
        if (!(value is > 0 and < 1) || !(error > 0))
        {
            return Wilson(value, fallbackCount);
        }

        var center = Math.Log(value / (1 - value));
        var half = Normal(Level) * error / (value * (1 - value));
        return new(value, Logistic(center - half), Logistic(center + half));

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }

    private static double StudentT(double degrees, double level) =>
        degrees > 10_000 ? Normal(level) : MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, degrees, 0.5 + (level / 2));
}
