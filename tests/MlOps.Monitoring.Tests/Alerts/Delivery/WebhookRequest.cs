using System.Text.Json;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>A request to a webhook.</summary>
internal sealed record WebhookRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
