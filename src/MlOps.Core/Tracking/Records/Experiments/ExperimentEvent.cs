using System.Text.Json;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>One event of the history of an experiment; the first one creates it. A property that the event does not change is
/// <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class ExperimentEvent : RecordEvent
{
    /// <summary>Gets the kind of the event.</summary>
    public new ExperimentEventKind Kind { get; init; }

    /// <summary>Gets the new display name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Gets the new description. An empty string means that the description was removed.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the tags that were set. A <see langword="null"/> value means that the tag was removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets a value indicating whether the experiment was deleted (<see langword="true"/>) or restored
    /// (<see langword="false"/>).</summary>
    public bool? IsDeleted { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, TrackingJson.Default.ExperimentEvent);
}
