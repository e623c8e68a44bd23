using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Models;

namespace MlOps.Validation;

/// <summary>The JSON document of an input schema.</summary>
internal sealed class InputSchemaDocument
{
    // People read the document, so that "é" is not escaped as "\u00E9". This is safe because the document is never embedded in HTML.
    private static readonly JsonWriterOptions s_readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Format { get; } = StoredDocument.Format;

    public InputPolicy? Default { get; init; }

    public required IReadOnlyList<FeatureSchema> Features { get; init; }

    public static string Write(InputSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_readable))
        {
            var document = new InputSchemaDocument { Default = schema.DefaultPolicy, Features = schema.Features };
            JsonSerializer.Serialize(writer, document, InputSchemaJson.Default.InputSchemaDocument);
        }

        return $"{Encoding.UTF8.GetString(buffer.WrittenSpan)}\n";
    }
}

/// <summary>The serialization metadata of <see cref="InputSchemaDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(CamelCaseEnumConverter<FeatureType>), typeof(CamelCaseEnumConverter<InputPolicy>)])]
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
