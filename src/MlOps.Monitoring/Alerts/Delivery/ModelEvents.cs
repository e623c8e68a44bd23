using System.Text.Json;
using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Reads the alerts in the events of a model.</summary>
internal static class ModelEvents
{
    public const string Raised = "alertRaised";
    public const string Resolved = "alertResolved";

    public static bool IsAlert(RecordEvent recordEvent) => recordEvent.Kind is Raised or Resolved;

    /// <summary>Gets the identifier of an event. It contains neither a full stop nor characters that a header cannot contain.</summary>
    public static string IdOf(string model, long sequence) =>
        FormattableString.Invariant($"{Uri.EscapeDataString(model).Replace(".", "%2E", StringComparison.Ordinal)}:{sequence}");

    /// <summary>Creates the alert of an event.</summary>
    public static Alert ToAlert(string model, RecordEvent recordEvent)
    {
        var alert = recordEvent.Data.GetProperty("alert");
        return new Alert
        {
            Id = IdOf(model, recordEvent.Sequence),
            Model = model,
            Version = recordEvent.Data.TryGetProperty("version", out var version) ? version.GetInt32() : null,
            Rule = alert.GetProperty("rule").GetString()!,
            Subject = alert.TryGetProperty("subject", out var subject) ? subject.GetString() : null,
            IsActive = recordEvent.Kind == Raised,
            Value = Number(alert, "value"),
            Threshold = Number(alert, "threshold"),
            Message = alert.GetProperty("message").GetString()!,
            Time = recordEvent.Time,
        };
    }

    /// <summary>Reads a number. NaN and infinite values are stored as texts.</summary>
    private static double Number(JsonElement alert, string name) =>
        !alert.TryGetProperty(name, out var number) ? double.NaN
        : number.ValueKind == JsonValueKind.Number ? number.GetDouble()
        : number.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        };
}
