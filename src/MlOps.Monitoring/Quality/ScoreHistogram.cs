namespace MlOps.Monitoring.Quality;

/// <summary>Counts rows by score, for metrics that depend on the order of the scores.</summary>
/// <remarks>
/// <para>Not thread-safe. The counts are exact for the first rows, up to the capacity. Then the scores are counted in bins, whose upper edges are quantiles of
/// these rows. There is one bin for ten rows of the capacity. <see cref="IsExact"/> states the mode.</para>
/// </remarks>
/// <param name="capacity">The maximum number of rows that are kept, at least 10.</param>
internal sealed class ScoreHistogram(int capacity)
{
    private const byte Positive = 1;
    private const byte Negative = 2;
    private const byte Accepted = 4;
    private double[] _scores = new double[Math.Min(capacity, 256)];
    private byte[] _flags = new byte[Math.Min(capacity, 256)];
    private int _count;
    private double[]? _edges;
    private Bin[] _bins = [];

    /// <summary>Gets a value indicating whether each distinct score is counted apart.</summary>
    public bool IsExact => _edges is null;

    /// <summary>Adds a row.</summary>
    /// <param name="score">The score; a finite number.</param>
    /// <param name="isPositive">Whether the outcome is the positive class; <see langword="null"/> without an outcome.</param>
    /// <param name="isAccepted">Whether the prediction is the positive class.</param>
    public void Add(double score, bool? isPositive, bool isAccepted)
    {
        var flags = (byte)((isPositive is null ? 0 : isPositive.Value ? Positive : Negative) | (isAccepted ? Accepted : 0));
        if (_edges is not null)
        {
            AddToBin(score, flags);
            return;
        }

        if (_count == capacity)
        {
            CreateBins();
            AddToBin(score, flags);
            return;
        }

        if (_count == _scores.Length)
        {
            var length = Math.Min(capacity, _count * 2);
            Array.Resize(ref _scores, length);
            Array.Resize(ref _flags, length);
        }

        (_scores[_count], _flags[_count]) = (score, flags);
        _count++;
    }

    /// <summary>Gets the counts in ascending order of the scores.</summary>
    public List<ScoreBin> ToBins()
    {
        if (_edges is not null)
        {
            return [.. _bins.Where(static bin => bin.Rows > 0).Select(static bin => bin.ToScoreBin())];
        }

        Array.Sort(_scores, _flags, 0, _count);
        var bins = new List<ScoreBin>();
        var bin = default(Bin);
        for (var i = 0; i < _count; i++)
        {
            if (i > 0 && _scores[i] != _scores[i - 1])
            {
                bins.Add(bin.ToScoreBin(_scores[i - 1]));
                bin = default;
            }

            bin.Add(_scores[i], _flags[i]);
        }

        if (_count > 0)
        {
            bins.Add(bin.ToScoreBin(_scores[_count - 1]));
        }

        return bins;
    }

    private void CreateBins()
    {
        Array.Sort(_scores, _flags, 0, _count);
        var bins = Math.Max(1, capacity / 10);
        var edges = new List<double>(bins);
        for (var i = 1; i <= bins; i++)
        {
            var edge = _scores[(int)((long)i * _count / bins) - 1];
            if (edges.Count == 0 || edge > edges[^1])
            {
                edges.Add(edge);
            }
        }

        edges.RemoveAt(edges.Count - 1);
        _edges = [.. edges];
        _bins = new Bin[_edges.Length + 1];
        for (var i = 0; i < _count; i++)
        {
            AddToBin(_scores[i], _flags[i]);
        }

        (_scores, _flags) = ([], []);
    }

    private void AddToBin(double score, byte flags)
    {
        var index = Array.BinarySearch(_edges!, score);
        _bins[index < 0 ? ~index : index].Add(score, flags);
    }

    private struct Bin
    {
        private double _mean;
        private long _positives;
        private long _negatives;
        private long _accepted;

        public long Rows { get; private set; }

        public void Add(double score, byte flags)
        {
            _mean += (score - _mean) / ++Rows;
            _positives += flags & Positive;
            _negatives += (flags & Negative) >> 1;
            _accepted += (flags & Accepted) >> 2;
        }

        public readonly ScoreBin ToScoreBin() => ToScoreBin(_mean);

        public readonly ScoreBin ToScoreBin(double score) => new(score, _positives, _negatives, _accepted, Rows - _accepted);
    }
}
