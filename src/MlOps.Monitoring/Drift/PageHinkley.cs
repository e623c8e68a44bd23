namespace MlOps.Monitoring.Drift;

/// <summary>Detects an increase or decrease of the mean of a stream with the test of Page and Hinkley.</summary>
/// <remarks>
/// Not thread-safe. The detector cumulates the deviations from the mean, m ← 0.9999·m + x − mean ∓ δ, and compares the rise above the minimum, or the fall
/// below the maximum, with a threshold. It needs 30 values. After a change it starts again. Reference: E. S. Page, https://doi.org/10.1093/biomet/41.1-2.100.
/// It detects a change at the same value as river 0.21 does.
/// </remarks>
public sealed class PageHinkley
{
    private const double Forgetting = 1 - 0.0001;
    private const int MinCount = 30;
    private readonly double _delta;
    private readonly double _threshold;
    private long _count;
    private double _mean;
    private double _increase;
    private double _decrease;
    private double _lowestIncrease = double.PositiveInfinity;
    private double _highestDecrease = double.NegativeInfinity;

    /// <summary>Initializes a new instance of the <see cref="PageHinkley"/> class.</summary>
    /// <param name="delta">The change of the mean that is tolerated, in the unit of the values, zero or more.</param>
    /// <param name="threshold">The threshold of the cumulated deviation, in the unit of the values, more than 0. A larger one has fewer false alarms.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not in its range.</exception>
    public PageHinkley(double delta = 0.005, double threshold = 50)
    {
        if (!double.IsFinite(delta) || delta < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Set the tolerated change to a finite number, zero or more.");
        }

        if (!double.IsFinite(threshold) || threshold <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Set the threshold to a finite number of more than zero.");
        }

        (_delta, _threshold) = (delta, threshold);
    }

    private PageHinkley(PageHinkleyState state)
        : this(state.Delta, state.Threshold)
    {
        if (state.Count > 0)
        {
            (_count, _mean, _increase, _decrease) = (state.Count, state.Mean, state.Increase, state.Decrease);
            (_lowestIncrease, _highestDecrease) = (state.LowestIncrease, state.HighestDecrease);
        }
    }

    /// <summary>Gets the mean of the values since the last change; 0 if there are none.</summary>
    public double Mean => _mean;

    /// <summary>Creates a detector that continues from a saved state with the same results.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The detector.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A parameter of the state is not in its range.</exception>
    public static PageHinkley Restore(PageHinkleyState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new PageHinkley(state);
    }

    /// <summary>Adds a value.</summary>
    /// <param name="value">The finite value.</param>
    /// <returns><see langword="true"/> if the mean has changed. The detector then starts again.</returns>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    public bool Add(double value)
    {
        StreamValue.RequireFinite(value);
        _count++;
        _mean += (value - _mean) / _count;
        var deviation = value - _mean;
        _increase = (Forgetting * _increase) + deviation - _delta;
        _decrease = (Forgetting * _decrease) + deviation + _delta;
        _lowestIncrease = Math.Min(_lowestIncrease, _increase);
        _highestDecrease = Math.Max(_highestDecrease, _decrease);
        if (_count < MinCount || (_increase - _lowestIncrease <= _threshold && _highestDecrease - _decrease <= _threshold))
        {
            return false;
        }

        (_count, _mean, _increase, _decrease) = (0, 0, 0, 0);
        (_lowestIncrease, _highestDecrease) = (double.PositiveInfinity, double.NegativeInfinity);
        return true;
    }

    /// <summary>Saves the state.</summary>
    /// <returns>A copy of the state. Its numbers are finite.</returns>
    public PageHinkleyState Save() => new()
    {
        Delta = _delta,
        Threshold = _threshold,
        Count = _count,
        Mean = _mean,
        Increase = _increase,
        Decrease = _decrease,
        LowestIncrease = _count == 0 ? 0 : _lowestIncrease,
        HighestDecrease = _count == 0 ? 0 : _highestDecrease,
    };
}
