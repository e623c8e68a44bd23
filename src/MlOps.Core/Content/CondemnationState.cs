using System.Text.Json.Serialization;

namespace MlOps.Content;

/// <summary>What is to become of condemned content.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CondemnationState>))]
internal enum CondemnationState
{
    /// <summary>A collection found it unused: it is deleted after the grace period unless it is used by then.</summary>
    [JsonStringEnumMemberName("condemned")]
    Condemned,

    /// <summary>Someone uses it: it stays. The last state; the next collection removes the condemnation.</summary>
    [JsonStringEnumMemberName("pardoned")]
    Pardoned,

    /// <summary>A collection is deleting it: nobody may rely on it until the condemnation is gone, and the content with it.</summary>
    [JsonStringEnumMemberName("executing")]
    Executing,
}
