using System.Runtime.InteropServices;

namespace MlOps.Tracking;

/// <summary>Counts positive and negative rows by score. Memory use is bounded: if there are too many distinct scores, adjacent scores are combined.</summary>
internal sealed class ScoreHistogram(int capacity = 100_000)
{
    private Dictionary<int, (long Positives, long Negatives)> _cells = [];
    private int _dropped;

    public void Add(float score, bool isPositive)
    {
        Add(Order(score) >> _dropped, isPositive ? (1, 0) : (0, 1));
        while (_cells.Count > capacity)
        {
            Coarsen();
        }
    }

    /// <summary>Computes for each score, in descending order, the number of positive and negative rows with at least this score.</summary>
    public IReadOnlyList<ThresholdCount> Accumulate()
    {
        var thresholds = new List<ThresholdCount>(_cells.Count);
        var (positives, negatives) = (0L, 0L);
        foreach (var (cell, count) in _cells.OrderByDescending(static cell => cell.Key))
        {
            positives += count.Positives;
            negatives += count.Negatives;
            thresholds.Add(new ThresholdCount(FromOrder(cell << _dropped), positives, negatives));
        }

        return thresholds;
    }

    private void Add(int cell, (long Positives, long Negatives) count)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, cell, out _);
        sum = (sum.Positives + count.Positives, sum.Negatives + count.Negatives);
    }

    private void Coarsen()
    {
        var finer = _cells;
        _cells = [];
        _dropped++;
        foreach (var (cell, count) in finer)
        {
            Add(cell >> 1, count);
        }
    }

    /// <summary>Converts a score to an integer with the same order. Positive and negative zero are equal.</summary>
    private static int Order(float score) => Flip(BitConverter.SingleToInt32Bits(score + 0f));

    private static float FromOrder(int order) => BitConverter.Int32BitsToSingle(Flip(order));

    private static int Flip(int bits) => bits ^ ((bits >> 31) & int.MaxValue);
}
