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

    /// <summary>Gets the version it happened to; <see langword="null"/> if to the model.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the alias that was set, removed or rolled back.</summary>
    public string? Alias { get; init; }

    /// <summary>Gets the version the alias pointed at before; <see langword="null"/> if there was no such alias.</summary>
    public int? Previous { get; init; }

    /// <summary>Gets how many steps the alias was rolled back.</summary>
    public int? Steps { get; init; }

    /// <summary>Gets a value indicating whether gates that the version did not pass were overruled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Forced { get; init; }

    /// <summary>Gets what the alias's gates found, those that were overruled included.</summary>
    public IReadOnlyList<GateResult>? Gates { get; init; }

    /// <summary>Gets the tags that were set.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the keys of the tags that were removed.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Gets the new description; empty if it was removed.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the new intended use; empty if it was removed.</summary>
    public string? IntendedUse { get; init; }

    /// <summary>Gets what was measured.</summary>
    public ResourceProfile? Resources { get; init; }

    /// <summary>Gets the metrics that were added; NaN and the infinities occur.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets the version as it was registered; its times are the entry's.</summary>
    public ModelVersion? Registered { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, RegistryJson.Default.ModelEvent);
}
