using System.Text.Json.Serialization;

namespace MlOps.Records;

/// <summary>One event of the history of a record: a model, dataset, experiment, run or step.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public abstract class RecordEvent
{
    private protected RecordEvent()
    {
    }

    /// <summary>Gets the event's number in its log: 1, 2, 3 … without a gap.</summary>
    [JsonIgnore]
    public long Sequence { get; internal set; }

    /// <summary>Gets the time at which the event was recorded, by the writer's clock.</summary>
    [JsonIgnore]
    public DateTimeOffset Time { get; internal set; }

    /// <summary>Gets the person or service that recorded the event.</summary>
    [JsonIgnore]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets the reason that was given.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets a value indicating whether this version of the library knows the kind of the event.</summary>
    internal abstract bool IsKnown { get; }
}
