using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Stores content in parts, several at a time, and leaves no part behind if that fails.</summary>
internal sealed class S3MultipartUpload(S3Bucket bucket, ArtifactPath path, S3Write write)
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Uploads everything the reader has.</summary>
    /// <param name="reader">The content.</param>
    /// <param name="first">A part already read, if any; it is disposed.</param>
    /// <param name="digest">The digest to store, which the content must have; <see langword="null"/> if nobody knows it yet.</param>
    /// <param name="hashed">What a first pass over the content found, if there was one; the reader need not compute the digest again then.</param>
    /// <param name="cancellationToken">Cancels the upload, which then leaves nothing behind.</param>
    public async Task<ArtifactWriteResult> RunAsync(
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
        return string.IsNullOrEmpty(begun.UploadId) ? throw new FormatException("The answer has no UploadId.") : begun.UploadId;
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
            // The SDK repeated a completion whose answer was lost: the upload is gone because it became the object.
        }

        // Ceph 16 leaves the ETag out of its answer.
        var current = await bucket.FindAsync(write.Key, cancellationToken).ConfigureAwait(false);
        return current is not null && S3Attributes.GetNonce(current.Metadata) == write.Nonce
            ? S3Attributes.Unquote(current.ETag)
            : throw new ProviderException(
                S3Errors.Provider, "write", isTransient: true,
                $"The content for '{path}' was uploaded, and another writer has replaced or deleted it since. Write it again, or write only if absent.");
    }

    /// <summary>Deletes the parts, also when the caller has cancelled; the cause of the failure is more interesting than one of this.</summary>
    private async Task AbortAsync(string uploadId)
    {
        using var timeout = new CancellationTokenSource(s_abortTimeout);
        try
        {
            await bucket.Client.AbortMultipartUploadAsync(bucket.Name, write.Key, uploadId, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (bucket.Errors.Translate(exception, "write", path, CancellationToken.None) is not null)
        {
            // The caller gets the failure of the upload. The README describes how parts that stay expire.
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
                $"The content for '{path}' has more than {MaxParts} parts of {bucket.Options.PartSize} bytes, the most that S3 accepts. "
                + $"Raise {bucket.Options.NameOf(nameof(S3StorageOptions.PartSize))}, or write from a stream that knows its length.");
        }
    }
}
