using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A deletion mark that was read from the store.</summary>
/// <param name="Document">The document.</param>
/// <param name="ETag">The ETag of the document.</param>
/// <param name="Since">The time of the last change of state: the later of the writer's time and the store's time, so that a slow write counts
/// from its end.</param>
internal sealed record DeletionMark(DeletionMarkDocument Document, string ETag, DateTimeOffset Since)
{
    public Sha256Digest Digest => Document.Sha256;

    public DeletionMarkState State => Document.State;
}
