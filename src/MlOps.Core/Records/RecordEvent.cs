using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>An event in the history of a record: a model, dataset, experiment, run or step.</summary>
/// <remarks>Immutable and thread-safe. <c>FORMAT.md</c> lists the kinds of events and their properties.</remarks>
[JsonConverter(typeof(RecordEventJsonConverter))]
public abstract class RecordEvent
{
    private const int MaxTextLength = 1_000;
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private StrongBox<JsonElement>? _data;

    private protected RecordEvent()
    {
    }

    /// <summary>Gets the number of the event in its log: 1, 2, 3 … without a gap.</summary>
    [JsonIgnore]
    public long Sequence { get; internal set; }

    /// <summary>Gets the time at which the event was recorded, by the clock of the process that recorded it.</summary>
    [JsonIgnore]
    public DateTimeOffset Time { get; internal set; }

    /// <summary>Gets the actor: the person or service that made the change.</summary>
    [JsonIgnore]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets the reason for the change.</summary>
    /// <value><see langword="null"/> if no reason was given.</value>
    public string? Reason { get; init; }

    /// <summary>Gets the kind of the event, such as <c>aliasSet</c>.</summary>
    [JsonIgnore]
    public string Kind => Data.GetProperty("kind").GetString()!;

    /// <summary>Gets the properties of the event as a JSON object, such as <c>alias</c> and <c>version</c>. Properties that the kind does not
    /// have are absent.</summary>
    [JsonIgnore]
    public JsonElement Data => (_data ??= new StrongBox<JsonElement>(ToJson())).Value;

    /// <summary>Gets a value indicating whether this version of the library supports the kind of the event.</summary>
    internal abstract bool IsKnown { get; }

    /// <summary>Describes the event in one line. Long data is shortened.</summary>
    /// <returns>Text such as <c>#3 2026-05-04 10:15:00Z ada: {"kind":"aliasSet","alias":"production","version":2}</c>.</returns>
    public sealed override string ToString()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_readable))
        {
            Data.WriteTo(writer);
        }

        var data = Encoding.UTF8.GetString(buffer.WrittenSpan);
        data = data.Length <= MaxTextLength ? data : $"{data.AsSpan(0, MaxTextLength)}…";
        return string.Create(CultureInfo.InvariantCulture, $"#{Sequence} {Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {Actor}: {data}");
    }

    /// <summary>Converts the properties of the event to JSON, as they are stored.</summary>
    private protected abstract JsonElement ToJson();
}
