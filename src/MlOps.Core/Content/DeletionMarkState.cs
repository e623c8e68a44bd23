using System.Text.Json.Serialization;

namespace MlOps.Content;

/// <summary>The state of a deletion mark. The stored names are older than these.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeletionMarkState>))]
internal enum DeletionMarkState
{
    /// <summary>A collection found the content unused: it is deleted after the grace period unless it is used by then.</summary>
    [JsonStringEnumMemberName("condemned")]
    Marked,

    /// <summary>The content is used: it stays. The last state; the next collection removes the mark.</summary>
    [JsonStringEnumMemberName("pardoned")]
    Revived,

    /// <summary>A collection is deleting the content: no writer may rely on it until the mark is gone, and the content with it.</summary>
    [JsonStringEnumMemberName("executing")]
    Deleting,
}
