namespace MlOps.Reports;

/// <summary>A series of points in a <see cref="LineChart"/>.</summary>
/// <param name="name">The name in the legend.</param>
/// <param name="points">
/// The points, in the order in which lines connect them. NaN, infinities and numbers beyond ±1e300 are gaps. A series with more than 1,000 points is thinned:
/// the first point, the last point and the extremes are drawn.
/// </param>
/// <param name="style">The style of the series.</param>
public sealed class ChartSeries(string name, IReadOnlyList<(double X, double Y)> points, SeriesStyle style = SeriesStyle.Line)
{
    /// <summary>Gets the name in the legend.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the points.</summary>
    public IReadOnlyList<(double X, double Y)> Points { get; } = points;

    /// <summary>Gets the style of the series.</summary>
    public SeriesStyle Style { get; } = style;
}
