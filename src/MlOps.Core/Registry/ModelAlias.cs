using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>Where an alias points, and where it pointed before.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelAlias
{
    /// <summary>Gets the version it points at.</summary>
    public required int Version { get; init; }

    /// <summary>Gets since when, by the writer's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets the actor that set it.</summary>
    [JsonPropertyName("by")]
    public required string Actor { get; init; }

    /// <summary>Gets where it pointed before, which is where rolling back leads: the last one first by one step.</summary>
    /// <value>Oldest first. Rolling back takes from the end and adds nothing, so that repeated rolling back goes ever further; deleted versions are left out.</value>
    public IReadOnlyList<int> Earlier { get; init; } = [];
}
