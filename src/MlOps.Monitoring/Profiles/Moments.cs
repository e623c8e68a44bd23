namespace MlOps.Monitoring.Profiles;

/// <summary>The mean and the variance of numbers, in one pass and mergeable.</summary>
/// <remarks>
/// Batches are combined with the formula of Chan, Golub and LeVeque: for counts nₐ and n_b and δ = mean_b − meanₐ, the sum of squared deviations is
/// Mₐ + M_b + δ²·nₐ·n_b / n. If a value exceeds 2⁵⁰⁰, all values are scaled by 2⁻⁶⁰⁰, so that squares and sums do not overflow.
/// </remarks>
/// <seealso href="https://doi.org/10.1080/00031305.1983.10483115">Algorithms for computing the sample variance, Chan, Golub and LeVeque (1983).</seealso>
internal struct Moments
{
    private const int ScaleExponent = -600;
    private static readonly double s_large = Math.ScaleB(1, 500);

    private long _count;
    private double _mean;
    private double _squares;
    private bool _isScaled;

    /// <summary>Initializes a new instance of the <see cref="Moments"/> struct from its results.</summary>
    public Moments(long count, double mean, double standardDeviation)
    {
        if (count == 0)
        {
            return;
        }

        _count = count;
        _isScaled = Math.Abs(mean) > s_large || standardDeviation > s_large;
        _mean = Scale(mean);
        var deviation = Scale(standardDeviation);
        _squares = deviation * deviation * count;
    }

    /// <summary>Gets the mean, or NaN without numbers.</summary>
    public readonly double Mean => _count == 0 ? double.NaN : Unscale(_mean);

    /// <summary>Gets the population standard deviation, or NaN without numbers.</summary>
    public readonly double StandardDeviation => _count == 0 ? double.NaN : Unscale(Math.Sqrt(_squares / _count));

    /// <summary>Adds finite numbers in ascending order.</summary>
    /// <returns>The sum of squared deviations of the numbers, as entropy.</returns>
    public double Add(ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty)
        {
            return 0;
        }

        if (!_isScaled && (sorted[0] < -s_large || sorted[^1] > s_large))
        {
            StartScaling();
        }

        var scale = _isScaled ? Math.ScaleB(1, ScaleExponent) : 1;
        var origin = sorted[sorted.Length / 2] * scale;
        double sum = 0, squares = 0;
        foreach (var value in sorted)
        {
            var deviation = (value * scale) - origin;
            sum += deviation;
            squares += deviation * deviation;
        }

        // The median as origin keeps the difference of squares small relative to the variance.
        var own = squares - (sum / sorted.Length * sum);
        Combine(sorted.Length, origin + (sum / sorted.Length), Math.Max(0, own));
        return own;
    }

    /// <summary>Adds a number several times.</summary>
    public void Add(double value, long count)
    {
        if (!_isScaled && Math.Abs(value) > s_large)
        {
            StartScaling();
        }

        Combine(count, Scale(value), 0);
    }

    /// <summary>Adds the numbers of another instance.</summary>
    public void Add(Moments other)
    {
        if (other._isScaled && !_isScaled)
        {
            StartScaling();
        }
        else if (_isScaled && !other._isScaled)
        {
            other.StartScaling();
        }

        Combine(other._count, other._mean, other._squares);
    }

    private void Combine(long count, double mean, double squares)
    {
        if (count == 0)
        {
            return;
        }

        var total = _count + count;
        var delta = mean - _mean;
        _squares += squares + (delta * delta * ((double)_count / total) * count);
        _mean += delta * ((double)count / total);
        _count = total;
    }

    private void StartScaling()
    {
        _isScaled = true;
        _mean = Scale(_mean);
        _squares = Math.ScaleB(_squares, 2 * ScaleExponent);
    }

    private readonly double Scale(double value) => _isScaled ? Math.ScaleB(value, ScaleExponent) : value;

    private readonly double Unscale(double value) => _isScaled ? Math.ScaleB(value, -ScaleExponent) : value;
}
