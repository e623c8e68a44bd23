namespace MlOps.Datasets;

/// <summary>Sums up numbers in one pass.</summary>
internal sealed class NumberSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);
    private long _count;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private double _mean;
    private double _squares;

    public long NaNs { get; private set; }

    public long? Distinct => _distinct.Count;

    public double? Minimum => _count == 0 ? null : _minimum;

    public double? Maximum => _count == 0 ? null : _maximum;

    public double? Mean => _count == 0 ? null : IsFinite ? _mean : double.NaN;

    public double? StandardDeviation => _count < 2 ? null : IsFinite ? Math.Sqrt(_squares / (_count - 1)) : double.NaN;

    private bool IsFinite => double.IsFinite(_minimum) && double.IsFinite(_maximum);

    public void Add(long number)
    {
        _distinct.Add(number);
        AddValue(number);
    }

    public void Add(double number)
    {
        if (double.IsNaN(number))
        {
            NaNs++;
            return;
        }

        _distinct.Add(number);
        AddValue(number);
    }

    private void AddValue(double number)
    {
        _count++;
        _minimum = Math.Min(_minimum, number);
        _maximum = Math.Max(_maximum, number);

        // Welford: the sum of squares of deviations, without the cancellation that Σx² − (Σx)²/n suffers.
        var deviation = number - _mean;
        _mean += deviation / _count;
        _squares += deviation * (number - _mean);
    }
}
