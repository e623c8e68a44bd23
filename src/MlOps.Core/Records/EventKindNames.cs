using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>Stores kinds of events by their names in camel case. A name that this version does not know becomes a value that no member has.</summary>
/// <typeparam name="TKind">The kinds of events.</typeparam>
internal sealed class EventKindNames<TKind> : JsonConverter<TKind>
    where TKind : struct, Enum
{
    private static readonly TKind s_unknown = (TKind)Enum.ToObject(typeof(TKind), -1);

    public override bool HandleNull => true;

    public override TKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? reader.GetString() : throw new JsonException("The kind of the event is not a string.");
        foreach (var kind in Enum.GetValues<TKind>())
        {
            if (NameOf(kind) == name)
            {
                return kind;
            }
        }

        return s_unknown;
    }

    public override void Write(Utf8JsonWriter writer, TKind value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    private static string NameOf(TKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
