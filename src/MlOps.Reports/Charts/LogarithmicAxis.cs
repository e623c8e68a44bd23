namespace MlOps.Reports;

/// <summary>A logarithmic scale for positive values that span decades.</summary>
internal sealed class LogarithmicAxis : ChartAxis
{
    private const double LeastRatio = 100;
    private const double Margin = 0.03;
    private const int MaxDecades = 6;
    private readonly double _first;
    private readonly double _length;

    /// <summary>Initializes a new instance of the <see cref="LogarithmicAxis"/> class.</summary>
    /// <param name="least">The least value; positive.</param>
    /// <param name="greatest">The greatest value; greater than the least.</param>
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
                        yield return (value, ShownText.Number(value));
                    }
                }
            }
        }
    }

    /// <summary>Determines whether values need a logarithmic scale: all are positive, and the greatest is at least 100 times the least.</summary>
    public static bool Fits(double least, double greatest) => least > 0 && greatest / least >= LeastRatio;

    /// <inheritdoc/>
    public override double Place(double value) => (Math.Log10(value) - _first) / _length;
}
