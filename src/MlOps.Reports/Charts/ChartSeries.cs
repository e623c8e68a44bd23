namespace MlOps.Reports;

/// <summary>Points of a chart that belong together.</summary>
/// <param name="name">The name, for the legend.</param>
/// <param name="points">The points, in the order in which they are joined; of more than 1,000 those are drawn that show the same picture, with the first, the last and the extremes.</param>
/// <param name="style">How they are drawn.</param>
public sealed class ChartSeries(string name, IReadOnlyList<ChartPoint> points, SeriesStyle style = SeriesStyle.Line)
{
    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the points.</summary>
    public IReadOnlyList<ChartPoint> Points { get; } = points;

    /// <summary>Gets how they are drawn.</summary>
    public SeriesStyle Style { get; } = style;
}
