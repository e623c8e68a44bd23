using System.Globalization;
using System.Net;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace MlOps.Storage;

/// <summary>Opens blobs for reading; one request tells the attributes and brings the content.</summary>
internal sealed class BlobReader(AzureBlobStorageOptions options, AzureBlobErrors errors)
{
    private static readonly ArtifactRange s_whole = new(0);

    public async Task<ArtifactContent?> OpenAsync(BlockBlobClient blob, ArtifactPath path, ArtifactReadOptions read, CancellationToken cancellationToken)
    {
        var conditions = read.IfNoneMatch is { } eTag ? new BlobRequestConditions { IfNoneMatch = BlobAttributes.ToETag(eTag) } : null;
        try
        {
            while (true)
            {
                if (await DownloadAsync(blob, read.Range, conditions, cancellationToken).ConfigureAwait(false) is { } response)
                {
                    return IsUnchanged(response.GetRawResponse()) ? null : ToContent(blob, path, read.Range, response.Value);
                }

                // Nothing is there to read. The attributes come from a second request, before which the blob may have grown: then begin again.
                if (await FindAsync(blob, conditions, cancellationToken).ConfigureAwait(false) is not { } properties)
                {
                    return null;
                }

                if (read.Range?.ClipTo(properties.ContentLength) == 0)
                {
                    return new ArtifactContent(BlobAttributes.ToInfo(path, properties), new MemoryStream([], writable: false));
                }
            }
        }
        catch (Exception exception) when (errors.Translate(exception, "read", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <returns>The response, or <see langword="null"/> if the range is past the blob's end.</returns>
    private static async Task<Response<BlobDownloadStreamingResult>?> DownloadAsync(
        BlockBlobClient blob, ArtifactRange? range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var download = new BlobDownloadOptions { Range = range is { } part ? ToHttp(part) : default, Conditions = conditions };
        try
        {
            var response = await blob.DownloadStreamingAsync(download, cancellationToken).ConfigureAwait(false);
            if (response.HasValue && range is { } asked && GetSize(response.Value.Details) <= asked.Offset)
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

    private static async Task<BlobProperties?> FindAsync(BlockBlobClient blob, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        try
        {
            return await blob.GetPropertiesAsync(conditions, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (exception.Status == (int)HttpStatusCode.NotModified)
        {
            return null;
        }
    }

    private ArtifactContent ToContent(BlockBlobClient blob, ArtifactPath path, ArtifactRange? range, BlobDownloadStreamingResult response)
    {
        var details = response.Details;
        var info = BlobAttributes.ToInfo(path, GetSize(details), details.ETag, details.LastModified, details.ContentType, details.Metadata);
        var part = range ?? s_whole;
        var length = part.ClipTo(info.Size);
        var stream = new ArtifactReadStream(
            new BlobRangeReader(blob, info, errors, response.Content, part.Offset, length),
            part.Offset,
            length,
            options.BlockSize,
            options.Parallelism,
            (start, count) => new BlobRangeReader(blob, info, errors, body: null, start, count));
        return new ArtifactContent(info, range is null ? new VerifiedReadStream(stream, info) : stream);
    }

    /// <summary>Keeps a range within what HTTP headers can say: the SDK computes the last byte without looking for an overflow.</summary>
    private static HttpRange ToHttp(ArtifactRange range)
    {
        var offset = Math.Min(range.Offset, long.MaxValue - 1);
        return new HttpRange(offset, range.Length is { } length ? Math.Min(length, long.MaxValue - offset) : null);
    }

    private static bool IsUnchanged(Response response) => response.Status == (int)HttpStatusCode.NotModified;

    /// <summary>Gets the size of the whole blob, which follows the slash of <c>bytes 0-4/5</c>.</summary>
    private static long GetSize(BlobDownloadDetails details) => details.ContentRange is { } contentRange
        ? long.Parse(contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), CultureInfo.InvariantCulture)
        : details.ContentLength;
}
