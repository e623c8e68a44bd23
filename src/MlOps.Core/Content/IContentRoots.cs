using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Knows which content is in use: each kind of record that names bytes by digest implements it, for garbage collection and verification.</summary>
internal interface IContentRoots
{
    /// <summary>Tells whether the log in a folder is one that <see cref="ReadAsync"/> reads. A log that nobody reads may name content, so nothing is garbage then.</summary>
    bool Reads(ArtifactPath folder);

    /// <summary>Reads every digest that some record names, manifests and their files alike, on the newest state.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The digests, each with what names it (such as <c>model 'churn' version 3</c>); a digest may come more than once.</returns>
    IAsyncEnumerable<(Sha256Digest Digest, string Owner)> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Verifies every log of this kind of record.</summary>
    /// <param name="cancellationToken">Cancels the verification.</param>
    /// <returns>The faults found, each an exception that names the object; empty if all is sound.</returns>
    IAsyncEnumerable<MlOpsException> VerifyAsync(CancellationToken cancellationToken = default);
}
