using MlOps.Storage;

namespace MlOps.Events;

/// <summary>A log as it was after some event.</summary>
/// <param name="Sequence">The number of that event; 0 before the first.</param>
/// <param name="Digest">The digest of its document; <see langword="null"/> before the first.</param>
/// <param name="State">What all events up to it fold to.</param>
internal sealed record LogSnapshot<TState>(long Sequence, Sha256Digest? Digest, TState State);
