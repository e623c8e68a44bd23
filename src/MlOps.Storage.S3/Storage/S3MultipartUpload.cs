using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Stores content in several parts, which are uploaded in parallel. A failed upload deletes its parts.</summary>
internal sealed class S3MultipartUpload(S3Bucket bucket, ArtifactPath path, S3Write write)
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Uploads content of known length. Reads it twice unless the digest is given, because S3 fixes the metadata before the first part.</summary>
    public async Task<ArtifactWriteResult> WriteAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        var partSize = (int)Math.Max(bucket.Options.PartSize, (length + MaxParts - 1) / MaxParts);
        var hashed = write.ExpectedSha256 is null
            ? await HashedParts.OfAsync(new UploadSource(content, length), partSize, cancellationToken).ConfigureAwait(false)
            : null;
        using var reader = new ContentPartReader(content, partSize, computeDigest: hashed is null);
        return await RunAsync(reader, first: null, write.ExpectedSha256 ?? hashed!.Digest, hashed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Uploads content of unknown length.</summary>
    public Task<ArtifactWriteResult> WriteAsync(ContentPartReader reader, ContentPart first, CancellationToken cancellationToken) =>
        RunAsync(reader, first, write.ExpectedSha256, hashed: null, cancellationToken);

    /// <summary>Uploads all parts of a reader.</summary>
    /// <param name="reader">The content.</param>
    /// <param name="first">A part that was already read, or <see langword="null"/>. It is disposed.</param>
    /// <param name="digest">The digest to store and verify, or <see langword="null"/> if it is unknown.</param>
    /// <param name="hashed">The hashes of a first pass, or <see langword="null"/>. With them, the reader does not have to compute the digest.</param>
    /// <param name="cancellationToken">Cancels the upload and deletes its parts.</param>
    private async Task<ArtifactWriteResult> RunAsync(
        ContentPartReader reader, ContentPart? first, Sha256Digest? digest, HashedParts? hashed, CancellationToken cancellationToken)
    {
        using var begunWith = first;
        var uploadId = await bucket.RunAsync("write", path, token => BeginAsync(digest, token), cancellationToken).ConfigureAwait(false);
        try
        {
            var parts = await UploadPartsAsync(reader, first, hashed, uploadId, cancellationToken).ConfigureAwait(false);
            hashed?.ThrowIfShorter(path, reader.BytesRead);
            var actual = hashed?.Digest ?? await reader.GetDigestAsync().ConfigureAwait(false);
            if (digest is { } promised && promised != actual)
            {
                throw new ArtifactIntegrityException(path, promised, actual);
            }

            var eTag = await bucket.RunAsync(
                "write", path, token => CompleteAsync(uploadId, parts, token), cancellationToken).ConfigureAwait(false);
            return new ArtifactWriteResult { ETag = eTag, Size = reader.BytesRead, Sha256 = actual };
        }
        catch
        {
            await AbortAsync(uploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string> BeginAsync(Sha256Digest? digest, CancellationToken cancellationToken)
    {
        var begun = await bucket.Client.InitiateMultipartUploadAsync(write.Begin(digest), cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(begun.UploadId) ? throw new FormatException("The response has no UploadId.") : begun.UploadId;
    }

    private async Task<IEnumerable<UploadPartResponse>> UploadPartsAsync(
        ContentPartReader reader, ContentPart? first, HashedParts? hashed, string uploadId, CancellationToken cancellationToken)
    {
        var uploaded = new ConcurrentBag<UploadPartResponse>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = bucket.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(reader.ReadAllAsync(first, cancellationToken), limit, async (part, token) =>
        {
            using (part)
            {
                CheckCount(part);
                hashed?.ThrowIfChanged(path, part);
                uploaded.Add(await bucket.RunAsync("write", path, t => UploadPartAsync(part, uploadId, t), token).ConfigureAwait(false));
            }
        }).ConfigureAwait(false);
        return uploaded.OrderBy(static part => part.PartNumber);
    }

    private async Task<UploadPartResponse> UploadPartAsync(ContentPart part, string uploadId, CancellationToken cancellationToken)
    {
        using var content = part.OpenRead();
        var response = await bucket.Client.UploadPartAsync(write.Upload(part, content, uploadId), cancellationToken).ConfigureAwait(false);
        _ = S3Attributes.GetETag(response, response.ETag);
        return response;
    }

    private async Task<string> CompleteAsync(string uploadId, IEnumerable<UploadPartResponse> parts, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest { BucketName = bucket.Name, Key = write.Key, UploadId = uploadId };
        request.AddPartETagsAndChecksums(parts);
        try
        {
            var response = await bucket.Client.CompleteMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false);
            if (!string.IsNullOrEmpty(response.ETag))
            {
                return S3Attributes.Unquote(response.ETag);
            }
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            // The response to the completion was lost, and the SDK retried. The upload no longer exists because it became the object.
        }

        // Ceph 16 omits the ETag in its response.
        var current = await bucket.FindAsync(write.Key, cancellationToken).ConfigureAwait(false);
        return current is not null && S3Attributes.GetNonce(current.Metadata) == write.Nonce
            ? S3Attributes.Unquote(current.ETag)
            : throw new ProviderException(
                S3Errors.Provider, "write", isTransient: true,
                $"The content for '{path}' was uploaded, but another writer has replaced or deleted it. Write it again, or use WriteCondition.IfAbsent.");
    }

    /// <summary>Deletes the parts, even if the caller has canceled. Best effort: the caller receives the original exception.</summary>
    private async Task AbortAsync(string uploadId)
    {
        using var timeout = new CancellationTokenSource(s_abortTimeout);
        try
        {
            await bucket.Client.AbortMultipartUploadAsync(bucket.Name, write.Key, uploadId, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (bucket.Errors.Translate(exception, "write", path, CancellationToken.None) is not null)
        {
            // The README describes a lifecycle rule that deletes incomplete uploads.
        }
    }

    private void CheckCount(ContentPart part)
    {
        if (part.Number > MaxParts)
        {
            throw new ProviderException(
                S3Errors.Provider,
                "write",
                isTransient: false,
                $"The content for '{path}' has more than {MaxParts} parts of {bucket.Options.PartSize} bytes, which is the limit of S3. "
                + $"Raise {bucket.Options.NameOf(nameof(S3StorageOptions.PartSize))}, or write from a stream that can seek.");
        }
    }
}
