namespace MlOps.Tracking;

/// <summary>How far a metric may be from the recorded one and still agree: by the greater of an absolute and a relative measure.</summary>
/// <param name="Relative">The part of the recorded value; zero or more, infinite to let everything agree.</param>
/// <param name="Absolute">The distance in the metric's own unit; zero or more.</param>
public sealed record MetricTolerance(double Relative, double Absolute = 0)
{
    /// <summary>Gets the tolerance that lets every value agree, for metrics such as times.</summary>
    public static MetricTolerance Any { get; } = new(double.PositiveInfinity);

    /// <summary>Tells whether a value agrees with the recorded one. NaN agrees with NaN, and an infinity with itself.</summary>
    /// <param name="recorded">The recorded value.</param>
    /// <param name="present">The value now.</param>
    /// <returns>Whether |present − recorded| ≤ max(Absolute, Relative · |recorded|).</returns>
    public bool Agrees(double recorded, double present) =>
        recorded.Equals(present)
        || double.IsPositiveInfinity(Relative)
        || (double.IsFinite(recorded) && Math.Abs(present - recorded) <= Math.Max(Absolute, Relative * Math.Abs(recorded)));
}
