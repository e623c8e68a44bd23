using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Reads a byte range of one object version. If a connection fails, the reader continues after the last received byte.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="info">The version.</param>
/// <param name="body">The body of a response that starts at <paramref name="offset"/>, or <see langword="null"/>. Disposed with this object.</param>
/// <param name="offset">The position of the first byte.</param>
/// <param name="length">The number of bytes.</param>
internal sealed class S3RangeReader(S3Bucket bucket, ArtifactInfo info, Stream? body, long offset, long length) : ArtifactRangeReader
{
    private readonly long _end = offset + length;
    private readonly string _key = bucket.ToKey(info.Path);
    private Stream? _body = body;
    private long _position = offset;
    private int _retries;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _body ??= await OpenAsync(cancellationToken).ConfigureAwait(false);
                var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _position += read;
                _retries = read > 0 ? 0 : _retries;
                return read > 0 ? read : throw new EndOfStreamException($"The response ended {_end - _position} bytes early.");
            }
            catch (Exception exception) when (S3Errors.IsBrokenConnection(exception, cancellationToken))
            {
                CloseBody();
                if (_retries++ >= bucket.Options.MaxRetries)
                {
                    throw bucket.Errors.Translate(exception, "read", info.Path, cancellationToken)!;
                }
            }
            catch (Exception exception) when (bucket.Errors.Translate(exception, "read", info.Path, cancellationToken) is { } translated)
            {
                throw translated;
            }
        }
    }

    protected override void Dispose(bool disposing) => CloseBody();

    private void CloseBody()
    {
        _body?.Dispose();
        _body = null;
    }

    private Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        bucket.RunAsync("read", info.Path, GetAsync, cancellationToken);

    private async Task<Stream> GetAsync(CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = bucket.Name,
            Key = _key,
            ByteRange = new ByteRange(_position, _end - 1),
            EtagToMatch = S3Attributes.Quote(info.ETag),
        };
        try
        {
            var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                return S3Attributes.Unquote(response.ETag) != info.ETag ? throw new ArtifactConflictException(info.Path)
                    : S3Attributes.GetSize(response, new ArtifactRange(_position)) != info.Size ? throw new ArtifactConflictException(info.Path)
                    : response.ResponseStream;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (AmazonS3Exception exception) when (
            S3Errors.IsConditionFailed(exception) || S3Errors.IsAbsent(exception) || exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new ArtifactConflictException(info.Path, exception);
        }
    }
}
