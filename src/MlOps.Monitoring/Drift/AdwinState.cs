namespace MlOps.Monitoring.Drift;

/// <summary>The saved state of an <see cref="Adwin"/> detector, for example for JSON.</summary>
/// <remarks>Immutable and thread-safe. The size is O(log n) for a window of n values.</remarks>
public sealed class AdwinState
{
    /// <summary>Gets the probability of a false alarm at a comparison of two windows.</summary>
    public required double Delta { get; init; }

    /// <summary>Gets the number of values since the last change.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the sum of the values in the window.</summary>
    public required double Total { get; init; }

    /// <summary>Gets the sum of the squared deviations of the values in the window from their mean.</summary>
    public required double Deviation { get; init; }

    /// <summary>Gets the sums of the buckets, oldest first, of each level. A bucket of level i has 2^i values.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Totals { get; init; }

    /// <summary>Gets the sums of squared deviations of the buckets, in the order of <see cref="Totals"/>.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Deviations { get; init; }
}
