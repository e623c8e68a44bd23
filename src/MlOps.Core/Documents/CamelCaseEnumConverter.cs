using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Documents;

/// <summary>Writes an enumeration's members by their names in camel case, and reads nothing else: an unknown one is a newer writer's, and not to be guessed at.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
