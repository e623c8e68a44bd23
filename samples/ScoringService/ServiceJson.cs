using System.Text.Json.Serialization;
using MlOps.Serving;
using ScoringService.Models;
using ScoringService.Operation;
using ScoringService.Predictions;

namespace ScoringService;

/// <summary>What this service reads and writes as JSON; the conventions are those of <see cref="JsonConventions"/>.</summary>
[JsonSerializable(typeof(TumorMeasurements))]
[JsonSerializable(typeof(PredictionAnswer))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(TensorRequest))]
[JsonSerializable(typeof(TensorAnswer))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(AliasAnswer))]
[JsonSerializable(typeof(ModelStatus[]))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(bool[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ServiceJson : JsonSerializerContext;
