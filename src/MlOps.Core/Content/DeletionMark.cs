using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A deletion mark as it is in the store.</summary>
/// <param name="Document">What it says.</param>
/// <param name="ETag">The tag of this version of it.</param>
/// <param name="Since">When it came into its state: by its writer's clock or by the store's, whichever is later, so that a write that was long under way counts from its end.</param>
internal sealed record DeletionMark(DeletionMarkDocument Document, string ETag, DateTimeOffset Since)
{
    public Sha256Digest Digest => Document.Sha256;

    public DeletionMarkState State => Document.State;
}
