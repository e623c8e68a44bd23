namespace MlOps.Monitoring.Profiles;

/// <summary>A quantile sketch of finite numbers: sorted levels, where a number of level h represents 2ʰ numbers.</summary>
/// <remarks>
/// <para>Not thread-safe. Memory: at most about 3,500 numbers.</para>
/// <para>A level that exceeds its capacity keeps every second number for the next level. This changes the rank of a value by 2ʰ at most, upwards or downwards
/// with the same probability. The second of two successive compactions of a level has the opposite direction of the first, so that two changes cancel each
/// other or only one occurs. The variance of the rank is therefore at most Σ 4ʰ over all pairs of compactions. The sketch carries this sum, and it is added
/// when sketches are merged. Directions depend on the numbers and the seed, so that the errors of different sketches are independent.</para>
/// </remarks>
/// <seealso href="https://arxiv.org/abs/1603.05346">Optimal quantile approximation in streams, Karnin, Lang and Liberty (2016).</seealso>
/// <seealso href="https://arxiv.org/abs/1907.00236">Streaming quantiles algorithms with small space and update time, Ivkin et al. (2019).</seealso>
internal sealed class KllSketch
{
    /// <summary>The capacity of the highest level. A sketch of at most this many numbers is exact.</summary>
    public const int K = 1024;

    /// <summary>The maximum number of levels, which suffices for 2⁶² numbers.</summary>
    public const int MaxLevels = 56;

    private const int MinCapacity = 32;

    // The inequality of Azuma and Hoeffding: a sum of independent changes of at most cᵢ exceeds t with a probability of at most 2 exp(−t² / (2 Σ cᵢ²)).
    private static readonly double s_deviations = Math.Sqrt(2 * Math.Log(2 / 0.01));

    /// <summary>The capacities by the distance to the highest level: each level has two thirds of the capacity of the next one.</summary>
    private static readonly int[] s_capacities =
        [.. Enumerable.Range(0, 10).Select(static depth => Math.Max(MinCapacity, (int)Math.Ceiling(K * Math.Pow(2.0 / 3, depth))))];

    private double[][] _levels = [[]];
    private int[] _counts = [0];
    private ulong _state;
    private ulong _open;
    private ulong _direction;

    [ThreadStatic]
    private static double[]? s_merged;

    [ThreadStatic]
    private static double[]? s_kept;

    public KllSketch(ulong seed) => _state = seed;

    private KllSketch(KllSketch other)
    {
        (_state, _open, _direction, Variance) = (other._state, other._open, other._direction, other.Variance);
        Levels = other.Levels;
        _counts = other._counts[..Levels];
        _levels = new double[Levels][];
        for (var level = 0; level < _levels.Length; level++)
        {
            _levels[level] = other._levels[level].AsSpan(0, _counts[level]).ToArray();
        }
    }

    /// <summary>Gets the upper bound of the variance of a rank, in numbers.</summary>
    public double Variance { get; private set; }

    /// <summary>Gets the number of levels in use.</summary>
    public int Levels { get; private set; } = 1;

    /// <summary>Creates a sketch from its parts.</summary>
    /// <param name="levels">The sorted numbers of each level.</param>
    /// <param name="variance">The upper bound of the variance.</param>
    /// <param name="state">The state of the random directions.</param>
    public static KllSketch Restore(double[][] levels, double variance, ulong state) => new(state)
    {
        _levels = levels,
        _counts = Array.ConvertAll(levels, static level => level.Length),
        Variance = variance,
        Levels = levels.Length,
    };

    /// <summary>Creates a sketch from a weighted sample with a known error.</summary>
    public static KllSketch FromSample(IReadOnlyList<(double Value, long Weight)> sample, double rankError)
    {
        var sketch = new KllSketch(0);
        foreach (var (value, weight) in sample)
        {
            sketch.Add(value, weight);
        }

        var deviation = rankError / s_deviations * sample.Sum(static item => item.Weight);
        sketch.Variance += deviation * deviation;
        return sketch;
    }

    /// <summary>Gets the state of the random directions.</summary>
    public ulong State => _state;

    public ReadOnlySpan<double> Level(int level) => _levels[level].AsSpan(0, _counts[level]);

    /// <summary>Computes the bound of the relative rank error of a value, which holds with a probability of at least 99 %.</summary>
    public double RankError(long count) => count == 0 ? 0 : Math.Min(1, s_deviations * Math.Sqrt(Variance) / count);

    public KllSketch Clone() => new(this);

    public void Clear(ulong seed)
    {
        (_state, _open, _direction, Variance, Levels) = (seed, 0, 0, 0, 1);
        Array.Clear(_counts);
    }

    /// <summary>Adds numbers.</summary>
    /// <param name="sorted">Finite numbers in ascending order, at most <see cref="K"/>.</param>
    /// <param name="entropy">A digest of the numbers.</param>
    public void Add(ReadOnlySpan<double> sorted, ulong entropy)
    {
        _state = HyperLogLog.Mix(_state ^ entropy);
        Insert(0, sorted);
    }

    /// <summary>Adds a number several times.</summary>
    public void Add(double value, long count)
    {
        _state = HyperLogLog.Mix(_state ^ (ulong)count ^ (ulong)BitConverter.DoubleToInt64Bits(value));
        for (var level = 0; count > 0; level++, count >>= 1)
        {
            if ((count & 1) != 0)
            {
                Insert(level, [value]);
            }
        }
    }

    /// <summary>Adds the numbers of another sketch.</summary>
    public void Merge(KllSketch other)
    {
        _state = HyperLogLog.Mix(_state ^ other._state);
        Variance += other.Variance;
        for (var level = 0; level < other.Levels; level++)
        {
            if (other._counts[level] > 0)
            {
                Insert(level, other.Level(level));
            }
        }
    }

    /// <summary>Counts the distinct numbers; <see langword="null"/> if the sketch does not have all of them.</summary>
    public int? CountDistinct()
    {
        if (Variance > 0 || Levels > 1)
        {
            return Variance > 0 ? null : ToSample().Length;
        }

        var distinct = 0;
        var level = Level(0);
        for (var i = 0; i < level.Length; i++)
        {
            distinct += i == 0 || level[i] != level[i - 1] ? 1 : 0;
        }

        return distinct;
    }

    /// <summary>Gets the distinct numbers in ascending order with their weights.</summary>
    public (double Value, long Weight)[] ToSample()
    {
        var values = new double[_counts.Sum()];
        var weights = new long[values.Length];
        var count = 0;
        for (var level = 0; level < Levels; level++)
        {
            Level(level).CopyTo(values.AsSpan(count));
            weights.AsSpan(count, _counts[level]).Fill(1L << level);
            count += _counts[level];
        }

        Array.Sort(values, weights);
        var sample = new List<(double Value, long Weight)>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (sample.Count > 0 && sample[^1].Value == values[i])
            {
                sample[^1] = (values[i], sample[^1].Weight + weights[i]);
            }
            else
            {
                sample.Add((values[i], weights[i]));
            }
        }

        return [.. sample];
    }

    /// <summary>Inserts a sorted run into a level, and compacts levels upwards as long as one exceeds its capacity.</summary>
    private void Insert(int level, ReadOnlySpan<double> run)
    {
        var merged = s_merged ??= new double[2 * K];
        var kept = s_kept ??= new double[K];
        while (true)
        {
            UseLevel(level);
            var count = _counts[level];
            var total = count + run.Length;
            if (total <= Capacity(level))
            {
                Store(level, run);
                return;
            }

            Merge(_levels[level].AsSpan(0, count), run, merged);

            // An odd number stays in its level, which changes no rank.
            var odd = total & 1;
            _counts[level] = 0;
            if (odd != 0)
            {
                Store(level, merged.AsSpan(0, 1));
            }

            for (int from = odd + ChooseOffset(level), to = 0; from < total; from += 2, to++)
            {
                kept[to] = merged[from];
            }

            run = kept.AsSpan(0, total / 2);
            level++;
        }
    }

    private void Store(int level, ReadOnlySpan<double> run)
    {
        var total = _counts[level] + run.Length;
        if (_levels[level].Length < total)
        {
            Array.Resize(ref _levels[level], Math.Max(total, Capacity(level)));
        }

        var target = _levels[level];
        var (own, added, end) = (_counts[level] - 1, run.Length - 1, total - 1);
        for (; added >= 0; end--)
        {
            target[end] = own >= 0 && target[own] > run[added] ? target[own--] : run[added--];
        }

        _counts[level] = total;
    }

    private static void Merge(ReadOnlySpan<double> one, ReadOnlySpan<double> other, Span<double> merged)
    {
        int i = 0, j = 0, to = 0;
        while (i < one.Length && j < other.Length)
        {
            merged[to++] = one[i] <= other[j] ? one[i++] : other[j++];
        }

        one[i..].CopyTo(merged[to..]);
        other[j..].CopyTo(merged[(to + one.Length - i)..]);
    }

    /// <summary>Chooses between the first and the second number of each pair.</summary>
    private int ChooseOffset(int level)
    {
        var bit = 1UL << level;
        _open ^= bit;
        if ((_open & bit) != 0)
        {
            _state = HyperLogLog.Mix(_state);
            _direction = (_state & 1) == 0 ? _direction & ~bit : _direction | bit;
            Variance += Math.ScaleB(1, 2 * level);
        }
        else
        {
            _direction ^= bit;
        }

        return (_direction & bit) == 0 ? 0 : 1;
    }

    private void UseLevel(int level)
    {
        for (; Levels <= level; Levels++)
        {
            if (_levels.Length == Levels)
            {
                Array.Resize(ref _levels, Levels + 1);
                Array.Resize(ref _counts, Levels + 1);
                _levels[Levels] = [];
            }
        }
    }

    private int Capacity(int level) => level == 0 ? K : s_capacities[Math.Min(Levels - 1 - level, s_capacities.Length - 1)];
}
