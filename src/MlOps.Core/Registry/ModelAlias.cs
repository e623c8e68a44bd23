using System.Text.Json.Serialization;

namespace MlOps.Registry;

/// <summary>An alias: the version it points at and the versions it pointed at before.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelAlias
{
    [JsonConstructor]
    internal ModelAlias()
    {
    }

    /// <summary>Gets the number of the version that the alias points at.</summary>
    [JsonInclude]
    [JsonRequired]
    public int Version { get; internal set; }

    /// <summary>Gets the time at which the alias was set, by the clock of the writer.</summary>
    [JsonInclude]
    [JsonRequired]
    public DateTimeOffset Since { get; internal set; }

    /// <summary>Gets the actor that set the alias.</summary>
    [JsonInclude]
    [JsonRequired]
    [JsonPropertyName("by")]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets the numbers of the versions that the alias pointed at before, the oldest first.</summary>
    /// <remarks>
    /// A rollback by one step returns to the last of these versions and removes it from the list. Therefore repeated rollbacks go back further each
    /// time. Deleted versions are removed from the list.
    /// </remarks>
    [JsonInclude]
    public IReadOnlyList<int> Earlier { get; internal set; } = [];
}
