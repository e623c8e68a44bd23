namespace MlOps.Registry;

/// <summary>The bounds of one metric. A metric that is missing, NaN or infinite is within none.</summary>
/// <remarks>
/// A change is compared with the version that has the alias now, in the metric's own unit. If that version does not have the metric, or no version has
/// the alias yet, the change is compared with <see cref="Baseline"/>. Without a baseline, the first version to have the alias passes, and a successor of a
/// version that does not have the metric fails.
/// Differences are compared with a slack of 1e-12 of the current value, so that 0.9 to 0.88 is a decrease of 0.02.
/// </remarks>
public sealed class MetricGate
{
    /// <summary>Gets or sets the least value, inclusive.</summary>
    /// <value>Finite; <see langword="null"/>, the default, is no bound.</value>
    public double? AtLeast { get; set; }

    /// <summary>Gets or sets the greatest value, inclusive.</summary>
    /// <value>Finite; <see langword="null"/>, the default, is no bound.</value>
    public double? AtMost { get; set; }

    /// <summary>Gets or sets how much less than the current version's it may be, for metrics where more is better.</summary>
    /// <value>Finite, zero or more; <see langword="null"/>, the default, is no bound.</value>
    public double? MaxDecrease { get; set; }

    /// <summary>Gets or sets how much more than the current version's it may be, for metrics where less is better.</summary>
    /// <value>Finite, zero or more; <see langword="null"/>, the default, is no bound.</value>
    public double? MaxIncrease { get; set; }

    /// <summary>Gets or sets the value to compare with where the current version does not have the metric, or no version has the alias yet.</summary>
    /// <value>
    /// Finite, in the metric's own unit; <see langword="null"/>, the default, is none. Needs <see cref="MaxDecrease"/> or <see cref="MaxIncrease"/>. It does
    /// not replace a value of the current version, not even NaN, which fails.
    /// </value>
    public double? Baseline { get; set; }

    /// <summary>Describes the bounds.</summary>
    internal string Describe()
    {
        (string Bound, double? Value)[] bounds =
        [
            ("at least", AtLeast), ("at most", AtMost), ("decrease at most", MaxDecrease), ("increase at most", MaxIncrease), ("baseline", Baseline),
        ];
        return string.Join(", ", bounds.Where(static bound => bound.Value is not null).Select(static bound => FormattableString.Invariant($"{bound.Bound} {bound.Value}")));
    }
}
