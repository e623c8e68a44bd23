namespace MlOps.Reports;

/// <summary>A logarithmic axis for positive values.</summary>
internal sealed class LogarithmicAxis : ChartAxis
{
    private const double LeastRatio = 100;
    private const double Margin = 0.03;
    private const int MaxDecades = 6;
    private readonly double _first;
    private readonly double _length;

    /// <summary>Initializes a new instance of the <see cref="LogarithmicAxis"/> class.</summary>
    /// <param name="least">The minimum, which is positive.</param>
    /// <param name="greatest">The maximum, which is greater than the minimum.</param>
    public LogarithmicAxis(double least, double greatest)
    {
        var (first, last) = (Math.Log10(least), Math.Log10(greatest));
        _first = first - (Margin * (last - first));
        _length = (last - first) * (1 + (2 * Margin));
    }

    /// <inheritdoc/>
    public override IEnumerable<(double Value, string Label)> Ticks
    {
        get
        {
            var every = (int)Math.Ceiling(_length / MaxDecades);
            double[] factors = _length < 3 ? [1, 2, 5] : [1];
            for (var decade = (int)Math.Floor(_first / every) * every; decade <= _first + _length; decade += every)
            {
                foreach (var factor in factors)
                {
                    var value = factor * Math.Pow(10, decade);
                    if (Place(value) is >= 0 and <= 1)
                    {
                        yield return (value, DisplayText.Number(value));
                    }
                }
            }
        }
    }

    /// <summary>Determines whether a logarithmic axis is suitable: all values are positive, and the maximum is at least 100 times the minimum.</summary>
    public static bool Fits(double least, double greatest) => least > 0 && greatest / least >= LeastRatio;

    /// <inheritdoc/>
    public override double Place(double value) => (Math.Log10(value) - _first) / _length;
}
