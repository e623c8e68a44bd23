using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>A schema as it is written.</summary>
internal sealed class InputSchemaDocument
{
    // What a person reads is "é" and not "\u00E9"; the document is never part of a page.
    private static readonly JsonWriterOptions s_readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Format { get; } = StoredDocument.Format;

    public InputPolicy? Default { get; init; }

    public required IReadOnlyList<FeatureSchema> Features { get; init; }

    public static string Write(InputSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_readable))
        {
            JsonSerializer.Serialize(writer, new InputSchemaDocument { Default = schema.Default, Features = schema.Features }, InputSchemaJson.Default.InputSchemaDocument);
        }

        return $"{Encoding.UTF8.GetString(buffer.WrittenSpan)}\n";
    }
}

/// <summary>How a schema is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(CamelCaseNames<FeatureType>), typeof(CamelCaseNames<InputPolicy>)])]
[JsonSerializable(typeof(InputSchemaDocument))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(byte))]
[JsonSerializable(typeof(sbyte))]
[JsonSerializable(typeof(short))]
[JsonSerializable(typeof(ushort))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(uint))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(ulong))]
[JsonSerializable(typeof(float))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(Half))]
[JsonSerializable(typeof(string))]
internal sealed partial class InputSchemaJson : JsonSerializerContext;
