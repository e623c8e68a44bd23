using System.Text.Json.Serialization;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>The JSON serialization of delivery positions.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(DeliveryPosition))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
