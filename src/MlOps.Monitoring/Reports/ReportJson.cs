using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Monitoring.Reports;

/// <summary>The serialization metadata of <see cref="ReportDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(NumberConverter), typeof(VerdictConverter), typeof(DriftVerdictConverter)],
    WriteIndented = true)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    private sealed class VerdictConverter() : JsonStringEnumConverter<ReportVerdict>(JsonNamingPolicy.CamelCase);

    private sealed class DriftVerdictConverter() : JsonStringEnumConverter<Drift.DriftVerdict>(JsonNamingPolicy.CamelCase);

    /// <summary>Writes NaN as <c>null</c>, and infinities as texts, because JSON has no such numbers.</summary>
    private sealed class NumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsNaN(value))
            {
                writer.WriteNullValue();
            }
            else if (double.IsInfinity(value))
            {
                writer.WriteStringValue(value > 0 ? "Infinity" : "-Infinity");
            }
            else
            {
                writer.WriteNumberValue(value);
            }
        }
    }
}
