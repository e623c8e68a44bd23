using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Workflows;

/// <summary>The JSON serialization of the documents of workflows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(EventKindConverter<StepEventKind>), typeof(CamelCaseEnumConverter<StepStatus>)])]
[JsonSerializable(typeof(StepKey))]
[JsonSerializable(typeof(StepManifest))]
[JsonSerializable(typeof(EventDocument<StepEvent>))]
[JsonSerializable(typeof(CheckpointDocument<StepState>))]
[JsonSerializable(typeof(WorkflowDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class WorkflowJson : JsonSerializerContext;
