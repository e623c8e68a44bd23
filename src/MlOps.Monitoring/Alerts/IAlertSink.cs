namespace MlOps.Monitoring.Alerts;

/// <summary>Delivers alerts, for example to a log or a webhook.</summary>
/// <remarks>Thread-safe. Alerts of a model are delivered in order. An alert may be delivered again after a failure, with the same identifier.</remarks>
/// <example>
/// <code>
/// public sealed class RollBackOnDrift(IModelRegistry registry) : IAlertSink
/// {
///     public string Name => "roll-back";
///
///     public Task SendAsync(Alert alert, CancellationToken cancellationToken) =>
///         alert is { Rule: "quality", IsActive: true }
///             ? registry.RollBackAsync(alert.Model, "production", reason: alert.Message, cancellationToken: cancellationToken)
///             : Task.CompletedTask;
/// }
/// </code>
/// </example>
public interface IAlertSink
{
    /// <summary>Gets the name of the sink, which identifies its position in the events.</summary>
    string Name { get; }

    /// <summary>Delivers an alert. An exception causes another attempt.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Cancels the delivery.</param>
    /// <returns>A task that completes when the alert is delivered.</returns>
    Task SendAsync(Alert alert, CancellationToken cancellationToken);
}
