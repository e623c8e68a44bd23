using System.Globalization;

namespace MlOps.Workflows;

/// <summary>What a metric has to be for the work to go on. A metric that is missing or NaN is within no bounds.</summary>
/// <param name="AtLeast">The least value, inclusive; <see langword="null"/> for no bound.</param>
/// <param name="AtMost">The greatest value, inclusive; <see langword="null"/> for no bound.</param>
public sealed record MetricBounds(double? AtLeast = null, double? AtMost = null)
{
    /// <summary>Says it as a clause.</summary>
    /// <returns>Such as <c>at least 0.9</c>.</returns>
    public override string ToString() => string.Join(" and ", new[] { Say("at least", AtLeast), Say("at most", AtMost) }.OfType<string>());

    internal bool Hold(double value) => !double.IsNaN(value) && !(value < AtLeast) && !(value > AtMost);

    private static string? Say(string words, double? bound) => bound is { } value ? string.Create(CultureInfo.InvariantCulture, $"{words} {value}") : null;
}
