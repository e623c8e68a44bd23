namespace MlOps.Events;

/// <summary>The result of replaying a log from its first event.</summary>
/// <param name="Snapshot">The log after its last event.</param>
/// <param name="CheckpointFault">The fault of the checkpoint, or <see langword="null"/> if there is no fault or no checkpoint.</param>
internal sealed record LogReplay<TState>(LogSnapshot<TState> Snapshot, MlOpsException? CheckpointFault);
