using System.Text.Json.Serialization;

namespace MlOps.Monitoring.Windows;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    WriteIndented = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WindowHeader))]
[JsonSerializable(typeof(InstanceStatus))]
internal sealed partial class WindowJson : JsonSerializerContext;
