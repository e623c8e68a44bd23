namespace MlOps.Monitoring.Drift;

/// <summary>Detects a change of the mean of a stream with a window of adaptive size (ADWIN).</summary>
/// <remarks>
/// Not thread-safe. The detector compares all splits of the window into an old and a new part every 32 values. After a change it starts again with an empty
/// window. It has O(log n) memory. Reference: A. Bifet, R. Gavaldà, https://doi.org/10.1137/1.9781611972771.42. It detects a change at the same value as river
/// 0.21 does.
/// </remarks>
public sealed class Adwin
{
    private const int Clock = 32;
    private const int MaxBuckets = 5;
    private const int MinCount = 10;
    private const int MinPart = 5;
    private readonly List<List<(double Total, double Deviation)>> _levels = [[]];
    private readonly double _delta;
    private long _count;
    private double _width;
    private double _total;
    private double _deviation;

    /// <summary>Initializes a new instance of the <see cref="Adwin"/> class.</summary>
    /// <param name="delta">The probability of a false alarm at a comparison of two windows, more than 0 and less than 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in the range.</exception>
    public Adwin(double delta = 0.002)
    {
        if (delta is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Set the probability of a false alarm to more than 0 and less than 1.");
        }

        _delta = delta;
    }

    private Adwin(AdwinState state)
        : this(state.Delta)
    {
        _levels = [.. state.Totals.Zip(state.Deviations, static (totals, deviations) => totals.Zip(deviations).ToList())];
        (_count, _total, _deviation) = (state.Count, state.Total, state.Deviation);
        _width = _levels.Select(static (level, index) => level.Count * Math.ScaleB(1, index)).Sum();
    }

    /// <summary>Gets the number of values in the window.</summary>
    public long Width => (long)_width;

    /// <summary>Gets the mean of the values in the window, or NaN if there are none.</summary>
    public double Mean => _total / _width;

    /// <summary>Creates a detector that continues from a saved state with the same results.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The detector.</returns>
    /// <exception cref="ArgumentException">The state is not one of <see cref="Save"/>.</exception>
    public static Adwin Restore(AdwinState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Totals.Count > 0 && state.Totals.Select(static level => level.Count).SequenceEqual(state.Deviations.Select(static level => level.Count))
            ? new Adwin(state)
            : throw new ArgumentException("The numbers of totals and deviations differ, or there are none. Pass a state that Save returned.", nameof(state));
    }

    /// <summary>Adds a value.</summary>
    /// <param name="value">The finite value.</param>
    /// <returns><see langword="true"/> if the mean has changed. The detector then starts again.</returns>
    /// <exception cref="ArgumentException">The value is NaN or infinite.</exception>
    public bool Add(double value)
    {
        StreamValue.RequireFinite(value);
        if (_width > 0)
        {
            var difference = value - (_total / _width);
            _deviation += _width * difference * difference / (_width + 1);
        }

        _width++;
        _count++;
        _total += value;
        _levels[0].Add((value, 0));
        Compress();
        if (_count % Clock != 0 || _width <= MinCount || !HasChanged())
        {
            return false;
        }

        _levels.Clear();
        _levels.Add([]);
        (_count, _width, _total, _deviation) = (0, 0, 0, 0);
        return true;
    }

    /// <summary>Saves the state.</summary>
    /// <returns>A copy of the state.</returns>
    public AdwinState Save() => new()
    {
        Delta = _delta,
        Count = _count,
        Total = _total,
        Deviation = _deviation,
        Totals = [.. _levels.Select(static level => level.Select(static bucket => bucket.Total).ToArray())],
        Deviations = [.. _levels.Select(static level => level.Select(static bucket => bucket.Deviation).ToArray())],
    };

    private void Compress()
    {
        for (var level = 0; level < _levels.Count && _levels[level].Count > MaxBuckets; level++)
        {
            if (level + 1 == _levels.Count)
            {
                _levels.Add([]);
            }

            var size = Math.ScaleB(1, level);
            var (first, second) = (_levels[level][0], _levels[level][1]);
            var difference = (first.Total / size) - (second.Total / size);
            _levels[level + 1].Add(
                (first.Total + second.Total, first.Deviation + second.Deviation + (size * size * difference * difference / (size + size))));
            _levels[level].RemoveRange(0, 2);
        }
    }

    /// <summary>Compares the parts of the window at each boundary of buckets, from the oldest one.</summary>
    private bool HasChanged()
    {
        var (oldCount, oldTotal) = (0.0, 0.0);
        var logarithm = Math.Log(2 * Math.Log(_width) / _delta);
        for (var level = _levels.Count - 1; level >= 0; level--)
        {
            // The newest bucket of each level is not a boundary. This is a property of the implementation in river.
            for (var bucket = 0; bucket < _levels[level].Count - 1; bucket++)
            {
                oldCount += Math.ScaleB(1, level);
                oldTotal += _levels[level][bucket].Total;
                var newCount = _width - oldCount;
                if (newCount < MinPart || oldCount < MinPart)
                {
                    continue;
                }

                var inverse = (1 / (oldCount - MinPart + 1)) + (1 / (newCount - MinPart + 1));
                var bound = Math.Sqrt(2 * inverse * (_deviation / _width) * logarithm) + (2.0 / 3 * logarithm * inverse);
                if (Math.Abs((oldTotal / oldCount) - ((_total - oldTotal) / newCount)) > bound)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
