namespace MlOps.Tracking;

/// <summary>A summary of all values of one metric of a run.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MetricSummary
{
    /// <summary>Gets the value with the greatest step. Of values with the same step, the one with the latest time counts, and then the one that was recorded
    /// last. A value without a step comes before every step.</summary>
    /// <value><see cref="double.NaN"/> if that value is not a number.</value>
    public double Last { get; init; }

    /// <summary>Gets the step of <see cref="Last"/>.</summary>
    /// <value><see langword="null"/> if it was recorded without a step.</value>
    public long? LastStep { get; init; }

    /// <summary>Gets the time of <see cref="Last"/>, in UTC.</summary>
    public DateTimeOffset LastTime { get; init; }

    /// <summary>Gets the least value.</summary>
    /// <value><see langword="null"/> if no value is a number. NaN is left out.</value>
    public double? Minimum { get; init; }

    /// <summary>Gets the step of <see cref="Minimum"/>: the first one with that value.</summary>
    /// <value><see langword="null"/> if it was recorded without a step.</value>
    public long? MinimumStep { get; init; }

    /// <summary>Gets the greatest value.</summary>
    /// <value><see langword="null"/> if no value is a number. NaN is left out.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the step of <see cref="Maximum"/>: the first one with that value.</summary>
    /// <value><see langword="null"/> if it was recorded without a step.</value>
    public long? MaximumStep { get; init; }

    /// <summary>Gets a value indicating whether another summary has a later last value.</summary>
    internal bool IsBefore(MetricSummary other) =>
        (LastStep ?? long.MinValue, LastTime).CompareTo((other.LastStep ?? long.MinValue, other.LastTime)) <= 0;

    /// <summary>Combines this summary with one of values that were recorded after these.</summary>
    internal MetricSummary With(MetricSummary later)
    {
        var last = IsBefore(later) ? later : this;
        var minimum = Minimum is null || later.Minimum < Minimum ? later : this;
        var maximum = Maximum is null || later.Maximum > Maximum ? later : this;
        return new MetricSummary
        {
            Last = last.Last,
            LastStep = last.LastStep,
            LastTime = last.LastTime,
            Minimum = minimum.Minimum,
            MinimumStep = minimum.MinimumStep,
            Maximum = maximum.Maximum,
            MaximumStep = maximum.MaximumStep,
        };
    }
}
