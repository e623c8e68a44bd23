using System.Text.Json.Serialization;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Evaluation;

/// <summary>The text of settings in the digests of evaluations.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DriftOptions))]
[JsonSerializable(typeof(QualityOptions))]
internal sealed partial class SettingsJson : JsonSerializerContext;
