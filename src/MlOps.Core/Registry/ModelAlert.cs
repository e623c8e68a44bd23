using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>An alert of a model: a monitoring rule, and the value that raised or resolved it.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelAlert
{
    /// <summary>Gets the name of the rule, such as <c>drift</c>.</summary>
    /// <value>1 to 250 characters.</value>
    public required string Rule { get; init; }

    /// <summary>Gets the feature or metric that the rule is about.</summary>
    /// <value>1 to 250 characters; <see langword="null"/> if the rule is about the model.</value>
    public string? Subject { get; init; }

    /// <summary>Gets the measured value, in the unit of the rule. It can be NaN.</summary>
    public double Value { get; init; }

    /// <summary>Gets the threshold that the rule compares the value with. It can be NaN.</summary>
    public double Threshold { get; init; }

    /// <summary>Gets the end of the period that the decision is based on.</summary>
    /// <value>It is later than the end of the period of the previous change of the same alert.</value>
    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>Gets the message: the failure, the value and the remedy.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the number of the version that the alert is about.</summary>
    /// <value><see langword="null"/> for the model.</value>
    [JsonInclude]
    public int? Version { get; internal set; }

    /// <summary>Gets a value indicating whether the alert is active: it was raised and has not been resolved.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsActive { get; internal set; }

    /// <summary>Gets the time at which the alert was raised or resolved, by the clock of the writer.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DateTimeOffset Since { get; internal set; }

    /// <summary>Gets the number of the event that raised or resolved the alert.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Sequence { get; internal set; }

    /// <summary>Gets the key that identifies the alert in its model.</summary>
    /// <value>The rule, such as <c>drift</c>, or the rule and the subject, such as <c>quality:accuracy</c>.</value>
    [JsonIgnore]
    public string Key => Subject is null ? Rule : $"{Rule}:{Subject}";

    /// <summary>Creates a copy with the state after an event.</summary>
    internal ModelAlert At(int? version, bool isActive, DateTimeOffset since, long sequence)
    {
        var copy = (ModelAlert)MemberwiseClone();
        (copy.Version, copy.IsActive, copy.Since, copy.Sequence) = (version, isActive, since, sequence);
        return copy;
    }
}
