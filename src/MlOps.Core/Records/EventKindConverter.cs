using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>Converts the kinds of events to and from their names in camel case. An unknown name is converted to an undefined value.</summary>
/// <typeparam name="TKind">The kinds of events.</typeparam>
internal sealed class EventKindConverter<TKind> : JsonConverter<TKind>
    where TKind : struct, Enum
{
    private static readonly TKind s_unknown = (TKind)Enum.ToObject(typeof(TKind), -1);
    private static readonly Dictionary<string, TKind> s_kinds = Enum.GetValues<TKind>().ToDictionary(NameOf, StringComparer.Ordinal);

    public override bool HandleNull => true;

    public override TKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => s_kinds.GetValueOrDefault(reader.GetString()!, s_unknown),
        JsonTokenType.Null => s_unknown,
        _ => throw new JsonException("The kind of the event is not a string."),
    };

    public override void Write(Utf8JsonWriter writer, TKind value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    private static string NameOf(TKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
