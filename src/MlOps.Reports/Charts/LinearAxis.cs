using System.Globalization;

namespace MlOps.Reports;

/// <summary>A linear axis between two round numbers that includes all values.</summary>
internal sealed class LinearAxis : ChartAxis
{
    private const int Intervals = 5;
    private const double NarrowestShare = 1e-12;
    private const double NarrowestRange = 1e-290;
    private readonly double _first;
    private readonly double _step;
    private readonly int _intervals;

    /// <summary>Initializes a new instance of the <see cref="LinearAxis"/> class.</summary>
    /// <param name="values">The values, which are finite and within ±1e300. Without values, the axis is from 0 to 1.</param>
    /// <param name="minInterval">The minimum distance of two ticks, such as 1 for integers.</param>
    public LinearAxis(IEnumerable<double> values, double minInterval = 0)
    {
        var (least, greatest) = FindRange(values);
        _step = Math.Max(minInterval, FindStep((greatest - least) / Intervals));
        _first = Math.Floor(least / _step);
        _intervals = (int)Math.Max(1, Math.Ceiling(greatest / _step) - _first);
    }

    /// <inheritdoc/>
    public override IEnumerable<(double Value, string Label)> Ticks =>
        Enumerable.Range(0, _intervals + 1).Select(index => ((_first + index) * _step, Label((_first + index) * _step)));

    /// <inheritdoc/>
    public override double Place(double value) => ((value / _step) - _first) / _intervals;

    private static (double Least, double Greatest) FindRange(IEnumerable<double> values)
    {
        var (least, greatest) = (double.MaxValue, double.MinValue);
        foreach (var value in values)
        {
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        }

        if (least > greatest)
        {
            return (0, 1);
        }

        var largest = Math.Max(Math.Abs(least), Math.Abs(greatest));
        var isNarrow = greatest - least < Math.Max(largest * NarrowestShare, NarrowestRange);
        var margin = largest < NarrowestRange ? 1 : largest / 10;
        return isNarrow ? (least - margin, greatest + margin) : (least, greatest);
    }

    /// <summary>Finds the smallest of 1, 2, 5 and 10 times a power of ten that is not less than a length.</summary>
    private static double FindStep(double length)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(length)));
        return power * Array.Find([1.0, 2, 5, 10], factor => power * factor >= length * (1 - NarrowestShare));
    }

    private string Label(double value)
    {
        var largest = Math.Max(Math.Abs(_first), Math.Abs(_first + _intervals)) * _step;
        var decimals = (int)Math.Max(0, -Math.Floor(Math.Log10(_step * (1 + NarrowestShare))));
        if (largest < 1e6 && decimals <= 6)
        {
            return (value == 0 ? 0 : value).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        }

        var digits = (int)Math.Clamp(Math.Ceiling(Math.Log10(largest / _step)), 1, 14);
        return value.ToString($"0.{new string('#', digits)}e+0", CultureInfo.InvariantCulture);
    }
}
