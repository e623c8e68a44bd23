using System.Text.Json.Serialization;
using MlOps.Serving;
using ScoringService.Models;
using ScoringService.Operation;
using ScoringService.Predictions;

namespace ScoringService;

/// <summary>The types that this service reads and writes as JSON with <see cref="JsonConventions"/>.</summary>
[JsonSerializable(typeof(TumorMeasurements))]
[JsonSerializable(typeof(PredictionResponse))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(TensorRequest))]
[JsonSerializable(typeof(TensorResponse))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(AliasResponse))]
[JsonSerializable(typeof(ModelStatus[]))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ServiceJson : JsonSerializerContext;
