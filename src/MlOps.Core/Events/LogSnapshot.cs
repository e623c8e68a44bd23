using MlOps.Storage;

namespace MlOps.Events;

/// <summary>The state of a log after an event.</summary>
/// <param name="Sequence">The sequence number of the event; 0 before the first.</param>
/// <param name="Digest">The digest of the event's document; <see langword="null"/> before the first.</param>
/// <param name="State">The state that results from all events up to this event.</param>
internal sealed record LogSnapshot<TState>(long Sequence, Sha256Digest? Digest, TState State);
