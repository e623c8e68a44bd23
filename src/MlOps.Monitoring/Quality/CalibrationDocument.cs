using System.Text.Json.Serialization;

namespace MlOps.Monitoring.Quality;

/// <summary>The serialised form of a <see cref="Calibration"/>.</summary>
internal sealed class CalibrationDocument
{
    [JsonPropertyName("format")]
    public required int Format { get; init; }

    [JsonPropertyName("classes")]
    public required string[] Classes { get; init; }

    [JsonPropertyName("maps")]
    public required Map?[] Maps { get; init; }

    /// <summary>The serialised form of an <see cref="IsotonicMap"/>.</summary>
    internal sealed class Map
    {
        [JsonPropertyName("scores")]
        public required double[] Scores { get; init; }

        [JsonPropertyName("rates")]
        public required double[] Rates { get; init; }

        [JsonPropertyName("rows")]
        public required double[] Rows { get; init; }

        [JsonPropertyName("minimum")]
        public required double Minimum { get; init; }

        [JsonPropertyName("maximum")]
        public required double Maximum { get; init; }
    }
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CalibrationDocument))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
