using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Events;

namespace MlOps.Records;

/// <summary>The definition of one kind of record: its events, the state that they fold to, and how both are stored.</summary>
/// <typeparam name="TEvent">The events.</typeparam>
/// <typeparam name="TState">The state; immutable.</typeparam>
/// <param name="Empty">The state before the first event.</param>
/// <param name="Apply">
/// Adds an event to the state of the record with a name. A pure function: every process folds the same events to the same state. It throws
/// <see cref="InvalidDataException"/>, with a clause as its message, for an event that contradicts the state.
/// </param>
/// <param name="EventType">The JSON of events.</param>
/// <param name="CheckpointType">The JSON of checkpoints.</param>
internal sealed record RecordSchema<TEvent, TState>(
    TState Empty,
    Func<string, TState, EventDocument<TEvent>, TState> Apply,
    JsonTypeInfo<EventDocument<TEvent>> EventType,
    JsonTypeInfo<CheckpointDocument<TState>> CheckpointType)
    where TEvent : RecordEvent
{
    /// <summary>Gets the name of the checkpoint in the folder of a record. A state of another shape gets another name, so that no version reads the cache of
    /// another.</summary>
    public string CheckpointName { get; init; } = CheckpointNames.First;

    /// <summary>Gets a function that determines whether few events will follow a state, so that its checkpoint is worth writing.</summary>
    public Func<TState, bool> ShouldWriteCheckpoint { get; init; } = static _ => false;

    private JsonTypeInfo<TState> StateType => (JsonTypeInfo<TState>)CheckpointType.Options.GetTypeInfo(typeof(TState));

    /// <summary>Makes the row of the index for a record.</summary>
    public IndexRow ToRow(string name, LogSnapshot<TState> snapshot) => new()
    {
        Name = name,
        Sequence = snapshot.Sequence,
        Digest = snapshot.Digest!.Value,
        State = JsonSerializer.SerializeToElement(snapshot.State, StateType),
    };

    /// <summary>Reads the state of a row of the index.</summary>
    /// <exception cref="JsonException">The state cannot be read.</exception>
    public LogSnapshot<TState> ToSnapshot(IndexRow row) => row.State.Deserialize(StateType) is { } state && row.Sequence > 0
        ? new LogSnapshot<TState>(row.Sequence, row.Digest, state)
        : throw new JsonException($"The row of '{row.Name}' has no state or no event.");
}
