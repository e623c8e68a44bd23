using System.Text.Json.Serialization.Metadata;

namespace MlOps.Events;

/// <summary>Defines the events and the state of a log.</summary>
/// <typeparam name="TEvent">The type of the events.</typeparam>
/// <typeparam name="TState">The type of the state. It is immutable.</typeparam>
/// <param name="Empty">The state before the first event.</param>
/// <param name="Apply">Applies an event to the state. It must be a pure function, so that every process computes the same state from the same
/// events.</param>
/// <param name="EventType">The JSON metadata of events.</param>
/// <param name="CheckpointType">The JSON metadata of checkpoints.</param>
/// <param name="CheckpointName">The name of the checkpoint in the folder of the log.</param>
internal sealed record EventLogSchema<TEvent, TState>(
    TState Empty,
    Func<TState, EventDocument<TEvent>, TState> Apply,
    JsonTypeInfo<EventDocument<TEvent>> EventType,
    JsonTypeInfo<CheckpointDocument<TState>> CheckpointType,
    string CheckpointName = CheckpointNames.First)
{
    /// <summary>Gets a function that determines whether to write a checkpoint of a state, because few events will follow.</summary>
    public Func<TState, bool> ShouldWriteCheckpoint { get; init; } = static _ => false;
}
