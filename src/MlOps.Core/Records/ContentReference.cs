using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A reference of a record to content.</summary>
/// <param name="Digest">The digest of the content.</param>
/// <param name="Owner">The owner for messages, such as <c>model 'churn' version 3</c>.</param>
/// <param name="ReadFilesAsync">Reads the digests that the content itself names, if it is a manifest; <see langword="null"/> if it names none.</param>
internal sealed record ContentReference(Sha256Digest Digest, string Owner, Func<CancellationToken, Task<IReadOnlyList<Sha256Digest>>>? ReadFilesAsync = null);
