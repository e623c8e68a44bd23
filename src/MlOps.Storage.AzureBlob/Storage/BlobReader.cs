using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace MlOps.Storage;

/// <summary>Opens blobs for reading: one request for small ones, parallel ranges for the rest.</summary>
internal sealed class BlobReader(AzureBlobStorageOptions options, AzureBlobErrors errors)
{
    public async Task<ArtifactContent?> OpenAsync(BlockBlobClient blob, ArtifactPath path, ArtifactReadOptions read, CancellationToken cancellationToken)
    {
        var conditions = read.IfNoneMatch is { } eTag ? new BlobRequestConditions { IfNoneMatch = BlobAttributes.ToETag(eTag) } : null;
        try
        {
            return await DownloadAsync(blob, path, read.Range, conditions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (errors.Translate(exception, "read", path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    private async Task<ArtifactContent?> DownloadAsync(
        BlockBlobClient blob, ArtifactPath path, ArtifactRange? range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await DownloadFirstAsync(blob, range ?? new ArtifactRange(0), conditions, cancellationToken).ConfigureAwait(false) is { } response)
            {
                if (response.GetRawResponse().Status == (int)System.Net.HttpStatusCode.NotModified)
                {
                    return null;
                }

                var details = response.Value.Details;
                var size = GetSize(details);
                var info = BlobAttributes.ToInfo(path, size, details.ETag, details.LastModified, details.ContentType, details.Metadata);
                return ToContent(info, range, new BlobReadStream(blob, info, range ?? new ArtifactRange(0), response.Value.Content, options, errors));
            }

            // Nothing is there to read. The attributes come from a second request, before which the blob may have grown: then begin again.
            if (await FindAsync(blob, conditions, cancellationToken).ConfigureAwait(false) is not { } properties)
            {
                return null;
            }

            if ((range ?? new ArtifactRange(0)).ClipTo(properties.ContentLength) == 0)
            {
                return ToContent(BlobAttributes.ToInfo(path, properties), range, Stream.Null);
            }
        }
    }

    /// <returns>The response to the first range, or <see langword="null"/> if the range is past the blob's end, as every range of an empty blob is.</returns>
    private async Task<Response<BlobDownloadStreamingResult>?> DownloadFirstAsync(
        BlockBlobClient blob, ArtifactRange range, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        // No blob is that long, and the SDK would compute the range's last byte without looking for an overflow.
        var offset = Math.Min(range.Offset, long.MaxValue - options.BlockSize);
        var download = new BlobDownloadOptions
        {
            Range = new HttpRange(offset, Math.Min(range.Length ?? long.MaxValue, options.BlockSize)),
            Conditions = conditions,
        };
        try
        {
            var response = await blob.DownloadStreamingAsync(download, cancellationToken).ConfigureAwait(false);
            return response.HasValue && GetSize(response.Value.Details) <= offset ? null : response;
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
        catch (RequestFailedException exception) when (exception.Status == (int)System.Net.HttpStatusCode.NotModified)
        {
            return null;
        }
    }

    private static ArtifactContent ToContent(ArtifactInfo info, ArtifactRange? range, Stream stream) =>
        new(info, range is null ? new VerifiedReadStream(stream, info) : stream);

    /// <summary>Gets the size of the whole blob, which follows the slash of <c>bytes 0-4/5</c>.</summary>
    private static long GetSize(BlobDownloadDetails details) => details.ContentRange is { } contentRange
        ? long.Parse(contentRange.AsSpan(contentRange.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture)
        : details.ContentLength;
}
