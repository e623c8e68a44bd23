using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MlOps.Records;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Writes events of models as CloudEvents 1.0 in the structured JSON format (https://cloudevents.io).</summary>
internal static class CloudEvent
{
    public const string MediaType = "application/cloudevents+json";

    /// <summary>Writes an event.</summary>
    /// <remarks>
    /// The type is <c>mlops.alert.raised</c>, <c>mlops.alert.resolved</c>, or <c>mlops.model.&lt;kind&gt;</c>. The extension attribute <c>sequence</c> is the
    /// number of the event in the log of the model, with 20 digits, so that its order as text is the order of the events.
    /// </remarks>
    public static byte[] Write(string model, RecordEvent recordEvent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", ModelEvents.IdOf(model, recordEvent.Sequence));
            writer.WriteString("source", $"/mlops/models/{Uri.EscapeDataString(model)}");
            writer.WriteString("type", TypeOf(recordEvent.Kind));
            writer.WriteString("subject", model);
            writer.WriteString("time", recordEvent.Time.UtcDateTime);
            writer.WriteString("sequence", recordEvent.Sequence.ToString("D20", CultureInfo.InvariantCulture));
            writer.WriteString("datacontenttype", "application/json");
            writer.WriteStartObject("data");
            writer.WriteString("model", model);
            if (ModelEvents.IsAlert(recordEvent))
            {
                WriteAlert(writer, ModelEvents.ToAlert(model, recordEvent));
            }
            else
            {
                writer.WriteString("actor", recordEvent.Actor);
                writer.WriteString("reason", recordEvent.Reason);
                writer.WritePropertyName("event");
                recordEvent.Data.WriteTo(writer);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string TypeOf(string kind) => kind switch
    {
        ModelEvents.Raised => "mlops.alert.raised",
        ModelEvents.Resolved => "mlops.alert.resolved",
        _ => $"mlops.model.{kind}",
    };

    private static void WriteAlert(Utf8JsonWriter writer, Alert alert)
    {
        if (alert.Version is { } version)
        {
            writer.WriteNumber("version", version);
        }

        writer.WriteString("rule", alert.Rule);
        writer.WriteString("subject", alert.Subject);
        writer.WriteBoolean("isActive", alert.IsActive);
        WriteNumber("value", alert.Value);
        WriteNumber("threshold", alert.Threshold);
        writer.WriteString("message", alert.Message);

        void WriteNumber(string name, double value)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumber(name, value);
            }
            else
            {
                writer.WriteNull(name);
            }
        }
    }
}
