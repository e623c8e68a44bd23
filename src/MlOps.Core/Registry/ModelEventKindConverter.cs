using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>Reads a kind it does not know as such, so that it is reported as a newer writer's and not as damage.</summary>
internal sealed class ModelEventKindConverter : JsonConverter<ModelEventKind>
{
    public override ModelEventKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString();
        return Array.Find(Enum.GetValues<ModelEventKind>(), kind => NameOf(kind) == name);
    }

    public override void Write(Utf8JsonWriter writer, ModelEventKind value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    private static string NameOf(ModelEventKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
