using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Reads a byte range of one blob version. If a connection fails, the SDK continues after the last received byte.</summary>
/// <param name="blob">The blob.</param>
/// <param name="info">The version.</param>
/// <param name="errors">Converts exceptions of the SDK.</param>
/// <param name="body">The body of a response that starts at <paramref name="offset"/>, or <see langword="null"/>. Disposed with this object.</param>
/// <param name="offset">The position of the first byte.</param>
/// <param name="length">The number of bytes.</param>
internal sealed class BlobRangeReader(BlockBlobClient blob, ArtifactInfo info, AzureBlobErrors errors, Stream? body, long offset, long length)
    : ArtifactRangeReader
{
    private Stream? _body = body;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            _body ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
            var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw new EndOfStreamException();
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412 or 416)
        {
            // During a read, a missing or shorter artifact has been changed, as has an artifact with another ETag.
            throw new ArtifactConflictException(info.Path, exception);
        }
        catch (Exception exception) when (errors.Translate(exception, "read", info.Path, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    protected override void Dispose(bool disposing) => _body?.Dispose();

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var download = new BlobDownloadOptions
        {
            Range = new HttpRange(offset, length),
            Conditions = new BlobRequestConditions { IfMatch = BlobAttributes.ToETag(info.ETag) },
        };
        var response = await blob.DownloadStreamingAsync(download, cancellationToken).ConfigureAwait(false);
        try
        {
            // The service checks the condition, but a proxy may ignore it.
            return BlobAttributes.GetSize(response.GetRawResponse(), new ArtifactRange(offset)) == info.Size
                && BlobAttributes.ToText(response.Value.Details.ETag) == info.ETag
                ? response.Value.Content
                : throw new ArtifactConflictException(info.Path);
        }
        catch
        {
            await response.Value.Content.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
