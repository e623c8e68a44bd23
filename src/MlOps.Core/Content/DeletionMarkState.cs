using System.Text.Json.Serialization;

namespace MlOps.Content;

/// <summary>The state of a deletion mark. The stored names differ from the names of the members for compatibility.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeletionMarkState>))]
internal enum DeletionMarkState
{
    /// <summary>The content is unused. It is deleted after the grace period unless it is used again by then.</summary>
    [JsonStringEnumMemberName("condemned")]
    Marked,

    /// <summary>The content is used again and is kept. This state is final; the next collection removes the mark.</summary>
    [JsonStringEnumMemberName("pardoned")]
    Revived,

    /// <summary>A collection is deleting the content. Writers must not rely on the content until the mark is removed.</summary>
    [JsonStringEnumMemberName("executing")]
    Deleting,
}
