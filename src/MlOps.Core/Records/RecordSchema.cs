using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MlOps.Events;

namespace MlOps.Records;

/// <summary>Defines the events, the state and the stored format of a record kind.</summary>
/// <typeparam name="TEvent">The type of the events.</typeparam>
/// <typeparam name="TState">The type of the state. It is immutable.</typeparam>
/// <param name="Empty">The state before the first event.</param>
/// <param name="Apply">
/// Applies an event to the state of a named record. It must be a pure function, so that every process computes the same state from the same
/// events. It throws <see cref="InvalidDataException"/>, with a clause as its message, for an event that contradicts the state.
/// </param>
/// <param name="EventType">The JSON metadata of events.</param>
/// <param name="CheckpointType">The JSON metadata of checkpoints.</param>
internal sealed record RecordSchema<TEvent, TState>(
    TState Empty,
    Func<string, TState, EventDocument<TEvent>, TState> Apply,
    JsonTypeInfo<EventDocument<TEvent>> EventType,
    JsonTypeInfo<CheckpointDocument<TState>> CheckpointType)
    where TEvent : RecordEvent
{
    /// <summary>Gets the name of the checkpoint in the folder of a record. Each structure of the state has a name of its own, so that no
    /// version of the library reads checkpoints with another structure.</summary>
    public string CheckpointName { get; init; } = CheckpointNames.First;

    /// <summary>Gets a function that returns <see langword="true"/> for a state after which few events follow, such as that of a completed record. A
    /// checkpoint of such a state is written.</summary>
    public Func<TState, bool> ShouldWriteCheckpoint { get; init; } = static _ => false;

    private JsonTypeInfo<TState> StateType => (JsonTypeInfo<TState>)CheckpointType.Options.GetTypeInfo(typeof(TState));

    /// <summary>Creates the row of a record in the index.</summary>
    public IndexRow ToRow(string name, LogSnapshot<TState> snapshot) => new()
    {
        Name = name,
        Sequence = snapshot.Sequence,
        Digest = snapshot.Digest!.Value,
        State = JsonSerializer.SerializeToElement(snapshot.State, StateType),
    };

    /// <summary>Reads the state from a row of the index.</summary>
    /// <exception cref="JsonException">The state cannot be read.</exception>
    public LogSnapshot<TState> ToSnapshot(IndexRow row) => row.State.Deserialize(StateType) is { } state && row.Sequence > 0
        ? new LogSnapshot<TState>(row.Sequence, row.Digest, state)
        : throw new JsonException($"The row of '{row.Name}' has no state or no sequence number.");
}
