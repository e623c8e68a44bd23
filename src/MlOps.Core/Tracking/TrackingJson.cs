using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>The JSON serialization of the documents of experiments and runs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(EventKindConverter<RunEventKind>), typeof(EventKindConverter<ExperimentEventKind>), typeof(CamelCaseEnumConverter<RunStatus>)])]
[JsonSerializable(typeof(EventDocument<RunEvent>))]
[JsonSerializable(typeof(CheckpointDocument<RunState>))]
[JsonSerializable(typeof(EventDocument<ExperimentEvent>))]
[JsonSerializable(typeof(CheckpointDocument<ExperimentState>))]
[JsonSerializable(typeof(RunLocationDocument))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(RunTableDocument))]
[JsonSerializable(typeof(RunPageToken))]
internal sealed partial class TrackingJson : JsonSerializerContext;
