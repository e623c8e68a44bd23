namespace MlOps.Monitoring.Drift;

/// <summary>The saved state of a <see cref="PageHinkley"/> detector, for example for JSON.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class PageHinkleyState
{
    /// <summary>Gets the change of the mean that is tolerated.</summary>
    public required double Delta { get; init; }

    /// <summary>Gets the threshold.</summary>
    public required double Threshold { get; init; }

    /// <summary>Gets the number of values since the last change.</summary>
    public long Count { get; init; }

    /// <summary>Gets the mean of the values.</summary>
    public double Mean { get; init; }

    /// <summary>Gets the cumulated deviation for an increase.</summary>
    public double Increase { get; init; }

    /// <summary>Gets the smallest value of <see cref="Increase"/>.</summary>
    public double LowestIncrease { get; init; }

    /// <summary>Gets the cumulated deviation for a decrease.</summary>
    public double Decrease { get; init; }

    /// <summary>Gets the largest value of <see cref="Decrease"/>.</summary>
    public double HighestDecrease { get; init; }
}
