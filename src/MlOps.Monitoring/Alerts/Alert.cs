namespace MlOps.Monitoring.Alerts;

/// <summary>A change of the state of an alert rule.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Alert
{
    /// <summary>Gets the identifier, which is the same for all instances and deliveries.</summary>
    /// <value>The name of the model, escaped as in a URI, a colon, and the number of the event in the log of the model, such as <c>churn:42</c>.</value>
    public required string Id { get; init; }

    /// <summary>Gets the name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the number of the version.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the name of the rule.</summary>
    /// <value><c>drift</c>, <c>feature-drift</c>, <c>quality</c>, <c>refusals</c>, <c>latency</c>, <c>no-data</c>, <c>no-outcomes</c>, or the rule of an
    /// alert that code has raised.</value>
    public required string Rule { get; init; }

    /// <summary>Gets the feature or metric that the rule is about.</summary>
    /// <value><see langword="null"/> if the rule is about the model.</value>
    public string? Subject { get; init; }

    /// <summary>Gets a value indicating whether the condition is met; <see langword="false"/> if it has ended.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Gets the measured value, in the unit of the rule. It can be NaN.</summary>
    public double Value { get; init; }

    /// <summary>Gets the threshold of the rule. It can be NaN.</summary>
    public double Threshold { get; init; }

    /// <summary>Gets the message: the failure, the value and the remedy.</summary>
    public required string Message { get; init; }

    /// <summary>Gets the time of the decision.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets the rule with its subject, such as <c>quality:accuracy</c>.</summary>
    internal string Key => Subject is null ? Rule : $"{Rule}:{Subject}";

    /// <summary>Creates the alerts of a model that are active.</summary>
    internal static IReadOnlyList<Alert> ActiveOf(Registry.RegisteredModel model) =>
    [
        .. model.Alerts.Values.Where(static alert => alert.IsActive).OrderBy(static alert => alert.Key, StringComparer.Ordinal).Select(alert => new Alert
        {
            Id = Delivery.ModelEvents.IdOf(model.Name, alert.Sequence),
            Model = model.Name,
            Version = alert.Version,
            Rule = alert.Rule,
            Subject = alert.Subject,
            IsActive = true,
            Value = alert.Value,
            Threshold = alert.Threshold,
            Message = alert.Message,
            Time = alert.Since,
        }),
    ];
}
