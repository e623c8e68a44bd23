namespace MlOps.Monitoring.Alerts;

/// <summary>The delivery of alerts, in the section <c>MlOps:Alerts</c>.</summary>
public sealed class AlertDeliveryOptions
{
    /// <summary>Gets or sets the time between looks for new events of the monitored models.</summary>
    /// <value>1 second to 1 hour; the default is 10 seconds. A look without a new event costs one small request per model.</value>
    public TimeSpan DeliveryInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the webhooks by name.</summary>
    /// <value>A name has 1 to 50 of the characters <c>A–Z a–z 0–9 _ -</c>. It identifies the delivery position of the webhook.</value>
    public IDictionary<string, WebhookOptions> Webhooks { get; } = new Dictionary<string, WebhookOptions>(StringComparer.OrdinalIgnoreCase);
}
