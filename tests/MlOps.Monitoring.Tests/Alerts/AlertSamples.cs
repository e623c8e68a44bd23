using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts;

/// <summary>Creates alerts for tests.</summary>
internal static class AlertSamples
{
    private static readonly JsonSerializerOptions s_options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static ModelAlert Drift(DateTimeOffset windowEnd, string? subject = null) => new()
    {
        Rule = "drift",
        Subject = subject,
        Value = 0.5,
        Threshold = 0.3,
        WindowEnd = windowEnd,
        Message = "1 of 2 features drifted (age).",
    };

    /// <summary>Creates the state of an alert as a registry returns it. Only the registry can set the state of an object.</summary>
    public static ModelAlert WithState(ModelAlert alert, bool isActive)
    {
        var json = JsonSerializer.SerializeToNode(alert, s_options)!.AsObject();
        json[nameof(ModelAlert.IsActive)] = isActive;
        return json.Deserialize<ModelAlert>(s_options)!;
    }
}
