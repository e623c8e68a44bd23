using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>An approval of a version.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelApproval
{
    [JsonConstructor]
    internal ModelApproval(string actor, DateTimeOffset time, string? comment = null)
    {
        Actor = actor;
        Time = time;
        Comment = comment;
    }

    /// <summary>Gets the person who approved the version.</summary>
    [JsonPropertyName("by")]
    public string Actor { get; }

    /// <summary>Gets the time of the approval, by the clock of the writer.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Gets the comment of the person.</summary>
    public string? Comment { get; }
}
