namespace MlOps.Storage;

/// <summary>Creates links for downloading an artifact without credentials, for a limited time.</summary>
/// <remarks>
/// An optional capability: <c>store.GetService&lt;IDownloadLinks&gt;()</c> is <see langword="null"/> if the store does not support links. Thread-safe.
/// </remarks>
/// <example>
/// <code>
/// var links = store.GetService&lt;IDownloadLinks&gt;() ?? throw new NotSupportedException("The store does not support links.");
/// var link = await links.CreateDownloadLinkAsync(path, TimeSpan.FromMinutes(15));
/// </code>
/// </example>
public interface IDownloadLinks
{
    /// <summary>Creates a link: a presigned URL on S3, a shared access signature on Azure.</summary>
    /// <remarks>
    /// The link is a secret while it is valid. It is created locally, so the artifact does not have to exist. The link expires with the credentials that signed
    /// it. On AWS, the credentials of a role or a session are valid for a few hours.
    /// </remarks>
    /// <param name="path">The path of the artifact.</param>
    /// <param name="lifetime">The lifetime of the link; greater than zero and at most seven days.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>An absolute URI. A GET request returns the content of the artifact.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lifetime"/> is out of range.</exception>
    /// <exception cref="ProviderException">The credentials cannot sign links. The message lists the kinds of credentials that can.</exception>
    Task<Uri> CreateDownloadLinkAsync(ArtifactPath path, TimeSpan lifetime, CancellationToken cancellationToken = default);
}
