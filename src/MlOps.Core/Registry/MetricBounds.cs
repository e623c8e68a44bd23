using System.Globalization;

namespace MlOps.Registry;

/// <summary>The bounds of a metric for a gate. A metric that is missing or NaN is never within the bounds.</summary>
/// <remarks>
/// The gates of an alias (<see cref="PromotionPolicy"/>) also reject infinite values. <see cref="MaxDecrease"/> and <see cref="MaxIncrease"/> compare the
/// metric with the version that has the alias now, in the unit of the metric. If that version does not have the metric, or if no version has the alias, they
/// compare it with <see cref="Baseline"/>. Without a baseline, the first version to have the alias passes, and the successor of a version that does not have
/// the metric fails. The comparison has a relative tolerance of 1e-12 of the current value, so that the step from 0.9 to 0.88 counts as a decrease of 0.02
/// in spite of rounding.
/// </remarks>
public sealed class MetricBounds
{
    /// <summary>Gets or sets the minimum value, inclusive.</summary>
    /// <value>Finite; the default, <see langword="null"/>, is no bound.</value>
    public double? AtLeast { get; set; }

    /// <summary>Gets or sets the maximum value, inclusive.</summary>
    /// <value>Finite; the default, <see langword="null"/>, is no bound.</value>
    public double? AtMost { get; set; }

    /// <summary>Gets or sets the maximum decrease from the current version, for a metric whose higher values are better.</summary>
    /// <value>Finite, zero or more; the default, <see langword="null"/>, is no bound.</value>
    public double? MaxDecrease { get; set; }

    /// <summary>Gets or sets the maximum increase from the current version, for a metric whose lower values are better.</summary>
    /// <value>Finite, zero or more; the default, <see langword="null"/>, is no bound.</value>
    public double? MaxIncrease { get; set; }

    /// <summary>Gets or sets the value that replaces the value of the current version if that version does not have the metric.</summary>
    /// <value>
    /// Finite, in the unit of the metric; the default, <see langword="null"/>, is no baseline. A baseline requires <see cref="MaxDecrease"/> or
    /// <see cref="MaxIncrease"/>. A baseline does not replace a recorded value, not even NaN, with which the gate fails.
    /// </value>
    public double? Baseline { get; set; }

    /// <summary>Gets a value indicating whether a bound compares the metric with another version.</summary>
    internal bool IsRelative => MaxDecrease is not null || MaxIncrease is not null || Baseline is not null;

    /// <summary>Formats the bounds.</summary>
    /// <returns>The text, such as <c>at least 0.9</c>.</returns>
    public override string ToString()
    {
        (string Name, double? Value)[] bounds =
        [
            ("at least", AtLeast), ("at most", AtMost), ("decrease at most", MaxDecrease), ("increase at most", MaxIncrease), ("baseline", Baseline),
        ];
        return string.Join(
            " and ",
            bounds.Where(static bound => bound.Value is not null)
                .Select(static bound => string.Create(CultureInfo.InvariantCulture, $"{bound.Name} {bound.Value}")));
    }

    /// <summary>Copies the bounds, so that later changes have no effect.</summary>
    internal MetricBounds Copy() =>
        new() { AtLeast = AtLeast, AtMost = AtMost, MaxDecrease = MaxDecrease, MaxIncrease = MaxIncrease, Baseline = Baseline };

    /// <summary>Determines whether a value is within <see cref="AtLeast"/> and <see cref="AtMost"/>.</summary>
    internal bool Contains(double value) => !double.IsNaN(value) && !(value < AtLeast) && !(value > AtMost);
}
