namespace MlOps.Events;

/// <summary>A log that was read from its first event.</summary>
/// <param name="Snapshot">The log after its last event.</param>
/// <param name="CheckpointFault">The fault of the checkpoint; <see langword="null"/> if there is none, or no checkpoint.</param>
internal sealed record LogReplay<TState>(LogSnapshot<TState> Snapshot, MlOpsException? CheckpointFault);
