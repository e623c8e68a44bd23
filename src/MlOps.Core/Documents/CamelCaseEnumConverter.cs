using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlOps.Documents;

/// <summary>Converts enumeration members to and from their names in camel case. Integers and unknown names are errors.</summary>
internal sealed class CamelCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where TEnum : struct, Enum;
