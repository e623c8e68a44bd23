namespace MlOps.Reports;

/// <summary>The values of one metric of one run in buckets of steps.</summary>
/// <remarks>The width of a bucket is a power of two, so that the buckets of several runs are aligned.</remarks>
/// <param name="limit">The maximum number of buckets.</param>
internal sealed class StepBuckets(int limit)
{
    private List<Bucket> _buckets = [];

    /// <summary>Gets the binary logarithm of the number of steps in a bucket. It is 0 while each step has its own bucket.</summary>
    public int Shift { get; private set; }

    /// <summary>Gets the number of values added.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the buckets in the order of their steps.</summary>
    public IReadOnlyList<Bucket> Buckets => _buckets;

    /// <summary>Adds a value.</summary>
    /// <param name="step">The step, or <see langword="null"/> to use the number of values added before.</param>
    /// <param name="value">The value.</param>
    public void Add(long? step, double value)
    {
        var added = Bucket.Of(step ?? Count, value);
        Count++;
        var index = _buckets.Count - 1;
        if (index >= 0 && IndexOf(added) <= IndexOf(_buckets[index]))
        {
            index = _buckets.BinarySearch(added, Comparer<Bucket>.Create((left, right) => IndexOf(left).CompareTo(IndexOf(right))));
            if (index >= 0)
            {
                _buckets[index] = _buckets[index].Join(added);
                return;
            }

            index = ~index - 1;
        }

        _buckets.Insert(index + 1, added);
        while (_buckets.Count > limit)
        {
            Widen(Shift + 1);
        }
    }

    /// <summary>Merges buckets to a width, unless they have that width already.</summary>
    /// <param name="shift">The binary logarithm of the width.</param>
    public void Widen(int shift)
    {
        if (shift <= Shift)
        {
            return;
        }

        Shift = shift;
        var joined = new List<Bucket>();
        foreach (var bucket in _buckets)
        {
            if (joined.Count > 0 && IndexOf(joined[^1]) == IndexOf(bucket))
            {
                joined[^1] = joined[^1].Join(bucket);
            }
            else
            {
                joined.Add(bucket);
            }
        }

        _buckets = joined;
    }

    /// <summary>Gets the index of a bucket at the current width.</summary>
    public long IndexOf(Bucket bucket) => bucket.Step >> Shift;

    /// <summary>The values of adjacent steps.</summary>
    /// <param name="Step">The greatest step.</param>
    /// <param name="Last">The value at the greatest step, or the last of several values at this step.</param>
    /// <param name="Minimum">The least finite value, or NaN if there is none.</param>
    /// <param name="Maximum">The greatest finite value, or NaN if there is none.</param>
    /// <param name="Gap">The least step with a NaN or infinite value, or <see langword="null"/> if there is none.</param>
    internal readonly record struct Bucket(long Step, double Last, double Minimum, double Maximum, long? Gap)
    {
        public static Bucket Of(long step, double value) =>
            double.IsFinite(value) ? new Bucket(step, value, value, value, Gap: null) : new Bucket(step, value, double.NaN, double.NaN, Gap: step);

        /// <summary>Merges this bucket with a bucket of later values.</summary>
        public Bucket Join(Bucket later)
        {
            var last = later.Step >= Step ? later : this;
            var gap = Gap is null || later.Gap < Gap ? later.Gap : Gap;
            return new Bucket(last.Step, last.Last, double.MinNumber(Minimum, later.Minimum), double.MaxNumber(Maximum, later.Maximum), gap);
        }
    }
}
