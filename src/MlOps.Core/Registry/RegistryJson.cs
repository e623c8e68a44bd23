using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Events;
using MlOps.Models;

namespace MlOps.Registry;

/// <summary>How the registry's documents are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    Converters = [typeof(ModelEventKindConverter), typeof(CamelCaseConverter<FeatureType>), typeof(CamelCaseConverter<ModelVersionStatus>)])]
[JsonSerializable(typeof(EventDocument<ModelEvent>))]
[JsonSerializable(typeof(CheckpointDocument<ModelState>))]
[JsonSerializable(typeof(PackageManifest))]
internal sealed partial class RegistryJson : JsonSerializerContext;

/// <summary>Writes an enumeration's names in camel case, and reads nothing else.</summary>
internal sealed class CamelCaseConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
