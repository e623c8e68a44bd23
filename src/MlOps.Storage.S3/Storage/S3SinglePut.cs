using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Stores content of at most one part in one unconditional request.</summary>
internal sealed class S3SinglePut(S3Bucket bucket, ArtifactPath path, S3Write write)
{
    public async Task<ArtifactWriteResult> WriteAsync(ContentPart part, Sha256Digest digest, CancellationToken cancellationToken)
    {
        write.Verify(path, digest);
        var eTag = await bucket.RunAsync(
            "write", path, token => bucket.PutAsync(write.Put(part.OpenRead(), digest), token), cancellationToken).ConfigureAwait(false);
        return new ArtifactWriteResult { ETag = eTag, Size = part.Content.Length, Sha256 = digest };
    }
}
