using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;

namespace MlOps.Datasets;

/// <summary>The JSON serialization of the documents of datasets: events, checkpoints and manifests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(EventKindConverter<DatasetEventKind>), typeof(CamelCaseEnumConverter<ColumnType>)])]
[JsonSerializable(typeof(EventDocument<DatasetEvent>))]
[JsonSerializable(typeof(CheckpointDocument<DatasetState>))]
[JsonSerializable(typeof(DatasetManifest))]
internal sealed partial class DatasetJson : JsonSerializerContext;
