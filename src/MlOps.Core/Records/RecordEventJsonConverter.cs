using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>Writes an event of a history as JSON, with its sequence number, time, actor, reason, kind and data.</summary>
/// <remarks>Thread-safe. The names of the properties follow the naming policy of the options. Histories are read from the store, not from JSON.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RecordEventJsonConverter : JsonConverter<RecordEvent>
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The method was called. Read the history from the store.</exception>
    public override RecordEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("An event of a history cannot be read from JSON. Read the history from the store with ReadHistoryAsync.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RecordEvent value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(options);
        writer.WriteStartObject();
        writer.WriteNumber(Name(nameof(RecordEvent.Sequence)), value.Sequence);
        writer.WriteString(Name(nameof(RecordEvent.Time)), value.Time);
        writer.WriteString(Name(nameof(RecordEvent.Actor)), value.Actor);
        writer.WriteString(Name(nameof(RecordEvent.Reason)), value.Reason);
        writer.WriteString(Name(nameof(RecordEvent.Kind)), value.Kind);
        writer.WritePropertyName(Name(nameof(RecordEvent.Data)));
        value.Data.WriteTo(writer);
        writer.WriteEndObject();

        string Name(string property) => options.PropertyNamingPolicy?.ConvertName(property) ?? property;
    }
}
