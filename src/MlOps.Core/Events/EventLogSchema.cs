using System.Text.Json.Serialization.Metadata;

namespace MlOps.Events;

/// <summary>What a kind of log holds and folds to.</summary>
/// <typeparam name="TEvent">The facts.</typeparam>
/// <typeparam name="TState">What they fold to; immutable.</typeparam>
/// <param name="Empty">The state before the first fact.</param>
/// <param name="Apply">Adds a fact to the state. Must be a pure function: every process folds the same facts to the same state.</param>
/// <param name="EventType">How facts are stored.</param>
/// <param name="CheckpointType">How checkpoints are stored.</param>
/// <param name="CheckpointName">The name of the checkpoint in the folder of the log.</param>
internal sealed record EventLogSchema<TEvent, TState>(
    TState Empty,
    Func<TState, EventDocument<TEvent>, TState> Apply,
    JsonTypeInfo<EventDocument<TEvent>> EventType,
    JsonTypeInfo<CheckpointDocument<TState>> CheckpointType,
    string CheckpointName = CheckpointNames.First)
{
    /// <summary>Gets a function that determines whether few events will follow a state, so that its checkpoint is worth writing.</summary>
    public Func<TState, bool> ShouldWriteCheckpoint { get; init; } = static _ => false;
}
