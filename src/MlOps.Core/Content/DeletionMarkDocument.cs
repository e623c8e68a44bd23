using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A mark of content that is to be deleted, stored at <c>gc/condemned/&lt;digest&gt;.json</c>.</summary>
internal sealed class DeletionMarkDocument
{
    public required int Format { get; init; }

    /// <summary>Gets the digest of the content.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets the content's number of bytes.</summary>
    public required long Size { get; init; }

    public required DeletionMarkState State { get; init; }

    /// <summary>Gets when it came into this state, by the clock of who put it there.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets a random value, so that no two documents have the same bytes and hence the same ETag.</summary>
    public required Guid Nonce { get; init; }
}
