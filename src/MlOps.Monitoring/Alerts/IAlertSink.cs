namespace MlOps.Monitoring.Alerts;

/// <summary>Delivers alerts, for example to a log or a webhook.</summary>
/// <remarks>
/// <para>Thread-safe. The alerts of a model are delivered in order, by one of the instances that monitor the model.</para>
/// <para>Repeated calls: an alert may be delivered again after a failure, with the same <see cref="Alert.Id"/>.</para>
/// </remarks>
/// <example>
/// <code>
/// public sealed class RollBackOnLowQuality(IModelRegistry registry) : IAlertSink
/// {
///     public string Name => "roll-back";
///
///     public async Task SendAsync(Alert alert, CancellationToken cancellationToken)
///     {
///         if (alert is not { Rule: "quality", IsActive: true, Version: { } version })
///         {
///             return;
///         }
///
///         try
///         {
///             await registry.RollBackAsync(
///                 alert.Model, "production", expectedVersion: version, reason: alert.Message, cancellationToken: cancellationToken);
///         }
///         catch (VersionConflictException)
///         {
///             // The alias does not point at the version any more: the alert was delivered before.
///         }
///     }
/// }
/// </code>
/// </example>
public interface IAlertSink
{
    /// <summary>Gets the name of the sink, which identifies its position in the events of each model.</summary>
    /// <value>1 to 50 of the characters <c>A–Z a–z 0–9 _ -</c>. Services with different sinks for one model use different names.</value>
    string Name { get; }

    /// <summary>Delivers an alert. An exception causes another attempt.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellationToken">Cancels the delivery, after 30 seconds or when the host stops.</param>
    /// <returns>A task that completes when the alert is delivered.</returns>
    Task SendAsync(Alert alert, CancellationToken cancellationToken);
}
