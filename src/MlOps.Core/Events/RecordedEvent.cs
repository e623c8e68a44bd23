using MlOps.Storage;

namespace MlOps.Events;

/// <summary>A fact as it is in a log.</summary>
/// <param name="Document">The fact.</param>
/// <param name="Digest">The digest of its document's bytes, which the next event holds.</param>
internal sealed record RecordedEvent<TEvent>(EventDocument<TEvent> Document, Sha256Digest Digest);
