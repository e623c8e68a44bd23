namespace MlOps.Monitoring.Alerts;

/// <summary>A change of the state of an alert rule.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Alert
{
    /// <summary>Gets the identifier, which is the same for all instances and deliveries.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the number of the version.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the name of the rule, such as <c>drift</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets a value indicating whether the condition is met; <see langword="false"/> if it has ended.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Gets the measured value.</summary>
    public double Value { get; init; }

    /// <summary>Gets the threshold of the rule.</summary>
    public double Threshold { get; init; }

    /// <summary>Gets the message: the failure, the value and the remedy.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the time of the decision.</summary>
    public required DateTimeOffset Time { get; init; }
}
