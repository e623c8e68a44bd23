using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Records;

namespace MlOps.Registry;

/// <summary>One event of the history of a model. A property that does not belong to the kind is <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class ModelEvent : RecordEvent
{
    /// <summary>Gets the kind of the event.</summary>
    public new required ModelEventKind Kind { get; init; }

    /// <summary>Gets the number of the version; <see langword="null"/> for an event of the model.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the alias that was set, removed or rolled back.</summary>
    public string? Alias { get; init; }

    /// <summary>Gets the number of the version that the alias pointed at before; <see langword="null"/> if the alias did not exist.</summary>
    public int? Previous { get; init; }

    /// <summary>Gets the number of steps of a rollback.</summary>
    public int? Steps { get; init; }

    /// <summary>Gets a value indicating whether the alias was set although gates failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Forced { get; init; }

    /// <summary>Gets the results of the gates, including failed gates of a forced alias.</summary>
    public IReadOnlyList<GateResult>? Gates { get; init; }

    /// <summary>Gets the tags that were set.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the keys of the tags that were removed.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Gets the new description. An empty text removes the description.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the new intended use. An empty text removes the intended use.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets the measured resource usage; null properties are left unchanged.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets the metrics that were added. Values can be NaN or infinite.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets the alert that was raised or resolved.</summary>
    public ModelAlert? Alert { get; init; }

    /// <summary>Gets the registered version. Its times are those of the event.</summary>
    public ModelVersion? Registered { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, RegistryJson.Default.ModelEvent);
}
