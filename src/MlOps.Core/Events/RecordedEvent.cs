using MlOps.Storage;

namespace MlOps.Events;

/// <summary>An event in a log.</summary>
/// <param name="Document">The document of the event.</param>
/// <param name="Digest">The digest of the document, which the next event contains.</param>
internal sealed record RecordedEvent<TEvent>(EventDocument<TEvent> Document, Sha256Digest Digest);
