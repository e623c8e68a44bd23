using MlOps.Datasets;

namespace MlOps.Monitoring.Profiles;

/// <summary>Accumulates the profile of a feature of numbers.</summary>
/// <remarks>Not thread-safe. Adding numbers allocates no memory after the first few million.</remarks>
internal sealed class NumberState
{
    private const long ExponentBits = 0x7FF0_0000_0000_0000;

    private readonly string _name;
    private readonly IReadOnlyList<double> _edges;
    private readonly ulong _seed;
    private readonly KllSketch _sketch;
    private readonly HyperLogLog _distinct = new();
    private readonly double[] _pending = new double[KllSketch.K];
    private readonly long[] _bins;
    private int _pendingCount;
    private long _missing;
    private long _nan;
    private long _positiveInfinity;
    private long _negativeInfinity;
    private long _values;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private Moments _moments;

    public NumberState(string name, IReadOnlyList<double> edges, ulong seed)
    {
        _name = name;
        _edges = edges;
        _bins = new long[edges.Count == 0 ? 0 : edges.Count + 1];
        _seed = seed ^ HyperLogLog.Hash(name);
        _sketch = new KllSketch(_seed);
    }

    public void Add(ReadOnlySpan<double> values)
    {
        var pending = _pending;
        var count = _pendingCount;
        foreach (var value in values)
        {
            if ((BitConverter.DoubleToInt64Bits(value) & ExponentBits) == ExponentBits)
            {
                AddNotFinite(value);
                continue;
            }

            if (count == pending.Length)
            {
                _pendingCount = count;
                Flush();
                count = 0;
            }

            // The sum turns negative zero into zero.
            pending[count++] = value + 0.0;
            _distinct.Add(HyperLogLog.Hash(value));
        }

        _pendingCount = count;
    }

    /// <summary>Adds a finite number several times.</summary>
    public void Add(double value, long count)
    {
        value += 0.0;
        _values += count;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        _moments.Add(value, count);
        _distinct.Add(HyperLogLog.Hash(value));
        _sketch.Add(value, count);
        if (_bins.Length > 0)
        {
            _bins[Bins.IndexOf(_edges, value)] += count;
        }
    }

    public void AddMissing(long count) => _missing += count;

    public void Merge(FeatureProfile profile)
    {
        if (!profile.BinEdges.SequenceEqual(_edges))
        {
            throw new ArgumentException(
                $"The profiles of the feature '{_name}' cannot be merged, because their bins differ: {Bins.Describe(_edges)} and "
                + $"{Bins.Describe(profile.BinEdges)}. Profile the rows of both with the same baseline.");
        }

        _missing += profile.Missing;
        _nan += profile.NaN;
        _positiveInfinity += profile.PositiveInfinity;
        _negativeInfinity += profile.NegativeInfinity;
        for (var i = 0; i < _bins.Length; i++)
        {
            _bins[i] += profile.BinCounts[i];
        }

        if (profile.Values == 0)
        {
            return;
        }

        _values += profile.Values;
        _min = Math.Min(_min, profile.Min);
        _max = Math.Max(_max, profile.Max);
        _moments.Add(new Moments(profile.Values, profile.Mean, profile.StandardDeviation));
        _sketch.Merge(profile.Sketch);
        _distinct.Merge(profile.DistinctSketch.Registers);
    }

    public FeatureProfile ToProfile()
    {
        Flush();
        var sketch = _sketch.Clone();
        return new FeatureProfile
        {
            Name = _name,
            IsText = false,
            Count = _values + _missing + _nan + _positiveInfinity + _negativeInfinity,
            Missing = _missing,
            NaN = _nan,
            PositiveInfinity = _positiveInfinity,
            NegativeInfinity = _negativeInfinity,
            Min = _values == 0 ? double.NaN : _min,
            Max = _values == 0 ? double.NaN : _max,
            Mean = _moments.Mean,
            StandardDeviation = _moments.StandardDeviation,
            BinEdges = _edges,
            BinCounts = [.. _bins],
            Distinct = sketch.CountDistinct() ?? Math.Min(_values, HyperLogLog.Estimate(_distinct.Registers)),
            RankError = sketch.RankError(_values),
            Sketch = sketch,
            DistinctSketch = new HyperLogLog(_distinct.Registers),
        };
    }

    public void Reset()
    {
        (_pendingCount, _missing, _nan, _positiveInfinity, _negativeInfinity, _values) = (0, 0, 0, 0, 0, 0);
        (_min, _max, _moments) = (double.PositiveInfinity, double.NegativeInfinity, default);
        Array.Clear(_bins);
        _sketch.Clear(_seed);
        _distinct.Clear();
    }

    private void AddNotFinite(double value)
    {
        if (RowBatch.IsMissing(value))
        {
            _missing++;
        }
        else if (double.IsNaN(value))
        {
            _nan++;
        }
        else if (value > 0)
        {
            _positiveInfinity++;
        }
        else
        {
            _negativeInfinity++;
        }
    }

    /// <summary>Sorts the pending numbers and adds them. Sorted numbers give the extremes and the bins at almost no cost.</summary>
    private void Flush()
    {
        if (_pendingCount == 0)
        {
            return;
        }

        var sorted = _pending.AsSpan(0, _pendingCount);
        sorted.Sort();
        _pendingCount = 0;
        _values += sorted.Length;
        _min = Math.Min(_min, sorted[0]);
        _max = Math.Max(_max, sorted[^1]);
        var entropy = _moments.Add(sorted);
        _sketch.Add(sorted, (ulong)BitConverter.DoubleToInt64Bits(entropy));
        Bins.Count(_edges, sorted, _bins);
    }
}
