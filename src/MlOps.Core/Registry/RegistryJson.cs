using System.Text.Json.Serialization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Models;
using MlOps.Records;

namespace MlOps.Registry;

/// <summary>The JSON serialization of the documents of models: events, checkpoints and manifests.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(EventKindConverter<ModelEventKind>), typeof(CamelCaseEnumConverter<FeatureType>), typeof(CamelCaseEnumConverter<ModelVersionStatus>)])]
[JsonSerializable(typeof(EventDocument<ModelEvent>))]
[JsonSerializable(typeof(CheckpointDocument<ModelState>))]
[JsonSerializable(typeof(PackageManifest))]
internal sealed partial class RegistryJson : JsonSerializerContext;
