namespace MlOps.Reports;

/// <summary>The scale of a chart in one direction.</summary>
internal abstract class ChartAxis
{
    /// <summary>Gets the values with a mark and their labels, from the least to the greatest.</summary>
    public abstract IEnumerable<(double Value, string Label)> Ticks { get; }

    /// <summary>Gets the position of a value: 0 at the start of the scale and 1 at its end.</summary>
    public abstract double Place(double value);
}
