using System.Numerics;

namespace MlOps.Datasets;

/// <summary>Summarizes numbers in one pass.</summary>
/// <remarks>
/// Mean and standard deviation are computed from the differences to the first number, which are exact for integers of any size. 64-bit integers have more
/// digits than double precision, so the deviation of large integers would otherwise be lost in rounding.
/// </remarks>
internal sealed class NumberSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);
    private long _count;
    private Int128? _firstInteger;
    private double _first;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;
    private double _mean;
    private double _squares;

    public long NaNs { get; private set; }

    public long? Distinct => _distinct.Count;

    public double? Minimum => _count == 0 ? null : _minimum;

    public double? Maximum => _count == 0 ? null : _maximum;

    /// <summary>Gets the minimum of the integers, without rounding.</summary>
    public Int128? ExactMinimum { get; private set; }

    /// <summary>Gets the maximum of the integers, without rounding.</summary>
    public Int128? ExactMaximum { get; private set; }

    public double? Mean => _count == 0 ? null : FiniteOrNaN(_first + _mean);

    public double? StandardDeviation => _count < 2 ? null : FiniteOrNaN(Math.Sqrt(_squares / (_count - 1)));

    public void Add(long number) => Add((Int128)number);

    public void Add(Int128 number)
    {
        _distinct.Add(number);
        ExactMinimum = ExactMinimum < number ? ExactMinimum : number;
        ExactMaximum = ExactMaximum > number ? ExactMaximum : number;
        if (_count == 0)
        {
            _firstInteger = number;
        }

        AddValue((double)number, _firstInteger is { } first ? (double)(number - first) : (double)number - _first);
    }

    public void Add(double number)
    {
        if (double.IsNaN(number))
        {
            NaNs++;
            return;
        }

        _distinct.Add(number);
        AddValue(number, number - _first);
    }

    /// <summary>Adds a decimal number.</summary>
    /// <param name="number">The number in double precision.</param>
    /// <param name="digits">The unscaled value, which identifies the number for the count of distinct values.</param>
    public void Add(double number, BigInteger digits)
    {
        _distinct.Add(digits);
        AddValue(number, number - _first);
    }

    private static double FiniteOrNaN(double figure) => double.IsFinite(figure) ? figure : double.NaN;

    private void AddValue(double number, double difference)
    {
        if (_count == 0)
        {
            (_first, difference) = (number, number - number);
        }

        _count++;
        _minimum = Math.Min(_minimum, number);
        _maximum = Math.Max(_maximum, number);

        // Welford's method avoids the cancellation of Σx² − (Σx)²/n.
        var deviation = difference - _mean;
        _mean += deviation / _count;
        _squares += deviation * (difference - _mean);
    }
}
