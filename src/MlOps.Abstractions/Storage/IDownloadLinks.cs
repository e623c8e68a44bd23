namespace MlOps.Storage;

/// <summary>Makes links that let whoever holds them download one artifact without credentials, for a limited time.</summary>
/// <remarks>An optional capability: <c>store.GetService&lt;IDownloadLinks&gt;()</c> is <see langword="null"/> where there is none. Thread-safe.</remarks>
public interface IDownloadLinks
{
    /// <summary>Makes a link to an artifact: pre-signed on S3, a shared access signature on Azure.</summary>
    /// <remarks>
    /// The link is a secret for as long as it is valid. It is made locally: the artifact need not exist. It ends with the credentials that signed it:
    /// those of a role or session on AWS last for hours at most, and a link for longer works no longer than they do.
    /// </remarks>
    /// <param name="path">Where the artifact is.</param>
    /// <param name="lifetime">How long the link works; more than zero and at most seven days.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>An absolute URI that answers a GET with the artifact's bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lifetime"/> is out of range.</exception>
    /// <exception cref="ProviderException">The credentials in use cannot sign links; the message says which can.</exception>
    Task<Uri> CreateDownloadLinkAsync(ArtifactPath path, TimeSpan lifetime, CancellationToken cancellationToken = default);
}
