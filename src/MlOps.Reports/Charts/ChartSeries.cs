namespace MlOps.Reports;

/// <summary>Points of a chart that belong together.</summary>
/// <param name="name">The name, for the legend.</param>
/// <param name="points">The points, in the order in which they are joined. Of more than 1,000 points the first, the last and the extremes are drawn.</param>
/// <param name="style">The style of the points.</param>
public sealed class ChartSeries(string name, IReadOnlyList<ChartPoint> points, SeriesStyle style = SeriesStyle.Line)
{
    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the points.</summary>
    public IReadOnlyList<ChartPoint> Points { get; } = points;

    /// <summary>Gets the style of the points.</summary>
    public SeriesStyle Style { get; } = style;
}
