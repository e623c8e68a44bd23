using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Creates presigned URLs.</summary>
internal sealed class S3DownloadLinks(S3Bucket bucket, TimeProvider timeProvider) : IDownloadLinks
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    public Task<Uri> CreateDownloadLinkAsync(ArtifactPath path, TimeSpan lifetime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, s_longest);
        var request = new GetPreSignedUrlRequest
        {
            BucketName = bucket.Name,
            Key = bucket.ToKey(path),
            Verb = HttpVerb.GET,
            Protocol = bucket.IsEncrypted ? Protocol.HTTPS : Protocol.HTTP,
            Expires = timeProvider.GetUtcNow().Add(lifetime).UtcDateTime,
        };

        // Canonicalization would unescape the text of the URI, which invalidates links to names with spaces and similar characters.
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return bucket.RunAsync(
            "link",
            path,
            async _ => new Uri(await bucket.Client.GetPreSignedURLAsync(request).ConfigureAwait(false), options),
            cancellationToken);
    }
}
