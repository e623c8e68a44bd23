using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A reference from a record to content.</summary>
/// <param name="Digest">The digest of the content.</param>
/// <param name="Owner">The owner for messages, such as <c>model 'churn' version 3</c>.</param>
/// <param name="ReadFilesAsync">Reads the digests that the content references if it is a manifest; otherwise, <see langword="null"/>.</param>
internal sealed record ContentReference(Sha256Digest Digest, string Owner, Func<CancellationToken, Task<IReadOnlyList<Sha256Digest>>>? ReadFilesAsync = null);
