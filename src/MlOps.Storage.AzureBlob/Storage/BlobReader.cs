using System.Net;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Opens blobs for reading. One request returns the attributes and the content.</summary>
internal sealed class BlobReader(AzureBlobStorageOptions options, AzureBlobErrors errors)
{
    private const int MaxAttempts = 5;
    private static readonly ArtifactRange s_whole = new(0);

    public async Task<ArtifactContent?> OpenAsync(BlockBlobClient blob, ArtifactPath path, ArtifactReadOptions read, CancellationToken cancellationToken)
    {
        var conditions = read.IfNoneMatch is { } eTag ? new BlobRequestConditions { IfNoneMatch = BlobAttributes.ToETag(eTag) } : null;
        try
        {
            for (var attempt = 1; attempt <= MaxAttempts; attempt++)
            {
                if (await DownloadAsync(blob, read.Range, conditions, cancellationToken).ConfigureAwait(false) is { } response)
                {
                    return response.GetRawResponse().Status != (int)HttpStatusCode.NotModified
                        ? await ToContentAsync(blob, path, read.Range, response, cancellationToken).ConfigureAwait(false)
                        : conditions is not null ? null
                        : throw new FormatException("The response to an unconditional request has status 304.");
                }

                // The range is empty. A second request gets the attributes. If the blob has grown in the meantime, start again.
                if (await FindAsync(blob, conditions, cancellationToken).ConfigureAwait(false) is not { } properties)
                {
                    return null;
                }

                if (read.Range?.ClipTo(properties.Value.ContentLength) == 0)
                {
                    return new ArtifactContent(BlobAttributes.ToInfo(path, properties), new MemoryStream([], writable: false));
                }
            }

            throw new ArtifactConflictException(path);
        }
        catch (Exception exception) when (errors.Translate(exception, "read", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <returns>The response, or <see langword="null"/> if the range starts after the end of the blob.</returns>
    private static async Task<Response<BlobDownloadStreamingResult>?> DownloadAsync(
        BlockBlobClient blob, ArtifactRange? range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var download = new BlobDownloadOptions { Range = range is { } part ? ToHttp(part) : default, Conditions = conditions };
        try
        {
            var response = await blob.DownloadStreamingAsync(download, cancellationToken).ConfigureAwait(false);
            if (response.HasValue && range is { } asked && IsPastEnd(response.GetRawResponse(), asked))
            {
                await response.Value.Content.DisposeAsync().ConfigureAwait(false);
                return null;
            }

            return response;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return null;
        }
    }

    /// <summary>Determines whether a response is empty. Azurite returns no bytes instead of an error if a range starts at the end.</summary>
    private static bool IsPastEnd(Response answer, ArtifactRange asked) =>
        answer.Headers.ContentLengthLong is { } length && length <= (answer.Status == (int)HttpStatusCode.OK ? asked.Offset : 0);

    private static async Task<Response<BlobProperties>?> FindAsync(BlockBlobClient blob, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        try
        {
            return await blob.GetPropertiesAsync(conditions, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.NotModified && conditions is not null)
        {
            return null;
        }
    }

    private async Task<ArtifactContent> ToContentAsync(
        BlockBlobClient blob, ArtifactPath path, ArtifactRange? range, Response<BlobDownloadStreamingResult> response, CancellationToken cancellationToken)
    {
        var (answer, details, body) = (response.GetRawResponse(), response.Value.Details, response.Value.Content);
        Stream? received = null;
        try
        {
            // If a proxy uses chunked encoding, the length is unknown until the whole content is received.
            var size = BlobAttributes.GetSize(answer, range);
            received = size is null
                ? await ArtifactStreams.BufferAsync(AzureBlobStorageOptions.DefaultKey, path, body, options.BlockSize, cancellationToken).ConfigureAwait(false)
                : null;
            var info = BlobAttributes.ToInfo(path, size ?? received!.Length, answer, details.ContentType, details.Metadata);
            if (received is null)
            {
                return Open(blob, info, range, body);
            }

            await body.DisposeAsync().ConfigureAwait(false);
            return new ArtifactContent(info, ArtifactStreams.Verify(received, info));
        }
        catch
        {
            await body.DisposeAsync().ConfigureAwait(false);
            received?.Dispose();
            throw;
        }
    }

    private ArtifactContent Open(BlockBlobClient blob, ArtifactInfo info, ArtifactRange? range, Stream body)
    {
        var part = range ?? s_whole;
        var length = part.ClipTo(info.Size);
        var stream = ArtifactStreams.ReadAhead(
            new BlobRangeReader(blob, info, errors, body, part.Offset, length),
            part.Offset,
            length,
            options.BlockSize,
            options.Parallelism,
            (start, count) => new BlobRangeReader(blob, info, errors, body: null, start, count));
        return new ArtifactContent(info, range is null ? ArtifactStreams.Verify(stream, info) : stream);
    }

    /// <summary>Limits a range, because the SDK computes the last byte without an overflow check.</summary>
    private static HttpRange ToHttp(ArtifactRange range)
    {
        var offset = Math.Min(range.Offset, long.MaxValue - 1);
        return new HttpRange(offset, range.Length is { } length ? Math.Min(length, long.MaxValue - offset) : null);
    }
}
