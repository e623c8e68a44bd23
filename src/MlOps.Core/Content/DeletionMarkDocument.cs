using MlOps.Storage;

namespace MlOps.Content;

/// <summary>The document <c>gc/condemned/&lt;digest&gt;.json</c>, which marks content for deletion.</summary>
internal sealed class DeletionMarkDocument
{
    public required int Format { get; init; }

    /// <summary>Gets the digest of the content.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>Gets the size of the content, in bytes.</summary>
    public required long Size { get; init; }

    public required DeletionMarkState State { get; init; }

    /// <summary>Gets the time of the last change of state, by the clock of the writer.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets a random value. It makes the bytes, and therefore the ETag, of each document unique.</summary>
    public required Guid Nonce { get; init; }
}
