using System.Text.Json.Serialization;

namespace MlOps.Tracking;

/// <summary>The summary of the values of one metric of a run.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MetricSummary
{
    [JsonConstructor]
    internal MetricSummary()
    {
    }

    /// <summary>Gets the value of the greatest step. If several values have this step, the value with the latest time is used, and among
    /// equal times the value that was recorded last. Values without a step precede all steps.</summary>
    /// <value><see cref="double.NaN"/> if the value is not a number.</value>
    [JsonInclude]
    public double Last { get; internal init; }

    /// <summary>Gets the step of <see cref="Last"/>.</summary>
    /// <value><see langword="null"/> if the value was recorded without a step.</value>
    [JsonInclude]
    public long? LastStep { get; internal init; }

    /// <summary>Gets the time of <see cref="Last"/>, in UTC.</summary>
    [JsonInclude]
    public DateTimeOffset LastTime { get; internal init; }

    /// <summary>Gets the minimum. NaN values are ignored.</summary>
    /// <value><see langword="null"/> if all values are NaN.</value>
    [JsonInclude]
    public double? Minimum { get; internal init; }

    /// <summary>Gets the first step with the value of <see cref="Minimum"/>.</summary>
    /// <value><see langword="null"/> if the value was recorded without a step.</value>
    [JsonInclude]
    public long? MinimumStep { get; internal init; }

    /// <summary>Gets the maximum. NaN values are ignored.</summary>
    /// <value><see langword="null"/> if all values are NaN.</value>
    [JsonInclude]
    public double? Maximum { get; internal init; }

    /// <summary>Gets the first step with the value of <see cref="Maximum"/>.</summary>
    /// <value><see langword="null"/> if the value was recorded without a step.</value>
    [JsonInclude]
    public long? MaximumStep { get; internal init; }

    /// <summary>Determines whether the last value of another summary follows the last value of this summary.</summary>
    internal bool IsBefore(MetricSummary other) =>
        (LastStep ?? long.MinValue, LastTime).CompareTo((other.LastStep ?? long.MinValue, other.LastTime)) <= 0;

    /// <summary>Combines this summary with a summary of values that were recorded later.</summary>
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
