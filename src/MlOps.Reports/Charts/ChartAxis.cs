namespace MlOps.Reports;

/// <summary>The scale of a chart axis.</summary>
internal abstract class ChartAxis
{
    /// <summary>Gets the tick values and their labels in ascending order.</summary>
    public abstract IEnumerable<(double Value, string Label)> Ticks { get; }

    /// <summary>Converts a value to its position: 0 at the start of the axis, and 1 at its end.</summary>
    public abstract double Place(double value);
}
