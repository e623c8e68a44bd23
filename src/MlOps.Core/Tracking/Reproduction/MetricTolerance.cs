namespace MlOps.Tracking;

/// <summary>The maximum difference between a recorded and a reproduced value of a metric.</summary>
/// <remarks>
/// <para>Two values agree if |reproduced − recorded| ≤ max(<see cref="Absolute"/>, <see cref="Relative"/> · |recorded|). NaN agrees with
/// NaN, and an infinity agrees with itself.</para>
/// <para>Immutable and thread-safe.</para>
/// </remarks>
public sealed class MetricTolerance
{
    /// <summary>Initializes a new instance of the <see cref="MetricTolerance"/> class.</summary>
    /// <param name="relative">The maximum difference as a fraction of the recorded value: zero or more.</param>
    /// <param name="absolute">The maximum difference in the unit of the metric: zero or more.</param>
    public MetricTolerance(double relative, double absolute = 0)
    {
        Relative = relative;
        Absolute = absolute;
    }

    /// <summary>Gets the tolerance that accepts every value, for metrics such as durations.</summary>
    public static MetricTolerance Any { get; } = new(double.PositiveInfinity);

    /// <summary>Gets the maximum difference as a fraction of the recorded value.</summary>
    /// <value>Zero or more. <see cref="double.PositiveInfinity"/> accepts every value.</value>
    public double Relative { get; }

    /// <summary>Gets the maximum difference in the unit of the metric.</summary>
    /// <value>Zero or more. The default is 0.</value>
    public double Absolute { get; }

    /// <summary>Determines whether a reproduced value agrees with the recorded value.</summary>
    internal bool Accepts(double recorded, double reproduced) =>
        recorded.Equals(reproduced)
        || double.IsPositiveInfinity(Relative)
        || (double.IsFinite(recorded) && Math.Abs(reproduced - recorded) <= Math.Max(Absolute, Relative * Math.Abs(recorded)));
}
