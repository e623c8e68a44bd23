using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Reads a run of bytes of one version of a blob; where a connection breaks, the SDK goes on behind the last byte received.</summary>
/// <param name="blob">The blob.</param>
/// <param name="info">The version.</param>
/// <param name="errors">Translates the SDK's exceptions.</param>
/// <param name="body">The body of an answer that begins at <paramref name="offset"/>, if there is one already; disposed with this object.</param>
/// <param name="offset">The first byte.</param>
/// <param name="length">The number of bytes.</param>
internal sealed class BlobRangeReader(BlockBlobClient blob, ArtifactInfo info, AzureBlobErrors errors, Stream? body, long offset, long length) : ArtifactRangeReader
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
            // Midway, an artifact that is gone or shorter was changed as much as one that has another ETag.
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
            // The condition pins the version where the service honors it; a proxy may not.
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
