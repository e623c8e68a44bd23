namespace MlOps.Monitoring.Quality;

/// <summary>The count, the mean and the variance of numbers, by the algorithm of Welford.</summary>
/// <seealso href="https://doi.org/10.1080/00401706.1962.10490022">Welford (1962).</seealso>
internal struct MeanAccumulator
{
    /// <summary>Gets the number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the mean, or 0 without values.</summary>
    public double Mean { get; private set; }

    /// <summary>Gets the sum of the squared differences from the mean.</summary>
    public double SquaredDifferences { get; private set; }

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        var difference = value - Mean;
        Mean += difference / ++Count;
        SquaredDifferences += difference * (value - Mean);
    }

    /// <summary>Adds the values of another accumulator (Chan, Golub and LeVeque 1979).</summary>
    public void Add(in MeanAccumulator other)
    {
        if (other.Count == 0)
        {
            return;
        }

        var count = Count + other.Count;
        var difference = other.Mean - Mean;
        Mean += difference * other.Count / count;
        SquaredDifferences += other.SquaredDifferences + (difference * difference * Count * other.Count / count);
        Count = count;
    }
}
