using System.Net;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Opens artifacts for reading. One request returns the attributes and the first bytes.</summary>
internal sealed class S3Reader(S3Bucket bucket)
{
    private static readonly ArtifactRange s_whole = new(0);
    private static readonly ByteRange s_everyByte = new(0, long.MaxValue);
    private volatile bool _hasOtherETags;

    public Task<ArtifactContent?> OpenAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        var key = bucket.ToKey(path);
        return bucket.RunAsync("read", path, token => OpenAsync(path, key, options, token), cancellationToken);
    }

    private async Task<ArtifactContent?> OpenAsync(ArtifactPath path, string key, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = bucket.Name,
            Key = key,
            ByteRange = options.Range is { } range ? new ByteRange(range.Offset, GetLast(range)) : null,
            EtagToNotMatch = options.IfNoneMatch is { } known ? S3Attributes.Quote(known) : null,
        };
        try
        {
            var response = await GetAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                return await OpenAsync(path, options, response, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await GetBody(response).DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotModified && options.IfNoneMatch is not null)
        {
            return null;
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsAbsent(exception))
        {
            await bucket.ConfirmAbsenceAsync(exception, cancellationToken).ConfigureAwait(false);
            throw new ArtifactNotFoundException(path, exception);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await OpenEmptyRangeAsync(path, key, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Sends the request. Repeats it with a range if the SDK cannot parse the ETag, which it expects to be an MD5 for requests without a range.
    /// </summary>
    private async Task<GetObjectResponse> GetAsync(GetObjectRequest request, CancellationToken cancellationToken)
    {
        var isWhole = request.ByteRange is null;
        request.ByteRange = isWhole && _hasOtherETags ? s_everyByte : request.ByteRange;
        try
        {
            return await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (request.ByteRange is null && exception is FormatException or ArgumentException)
        {
            request.ByteRange = s_everyByte;
            var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            _hasOtherETags = true;
            return response;
        }
    }

    private async Task<ArtifactContent> OpenAsync(
        ArtifactPath path, ArtifactReadOptions options, GetObjectResponse response, CancellationToken cancellationToken)
    {
        var size = S3Attributes.GetSize(response, options.Range);
        var body = GetBody(response);
        if (size is null)
        {
            return await BufferAsync(path, response, body, cancellationToken).ConfigureAwait(false);
        }

        var info = S3Attributes.ToInfo(path, size.Value, response);
        var range = options.Range ?? s_whole;
        var length = range.ClipTo(info.Size);
        var direct = new S3RangeReader(bucket, info, body, range.Offset, length);
        var stream = ArtifactStreams.ReadAhead(
            direct,
            range.Offset,
            length,
            bucket.Options.PartSize,
            bucket.Options.Parallelism,
            (start, count) => new S3RangeReader(bucket, info, body: null, start, count));
        return new ArtifactContent(info, options.Range is null ? ArtifactStreams.Verify(stream, info) : stream);
    }

    /// <summary>Gets the unwrapped body of a response. Read and dispose this stream, not the response.</summary>
    /// <remarks>
    /// For requests without a range, the SDK wraps the body in a stream that computes the MD5. It reads at a fifth of the speed and allocates memory for each
    /// read. Its disposal throws if the length is unknown and the bytes were not read through it.
    /// </remarks>
    private static Stream GetBody(GetObjectResponse response) =>
        response.ResponseStream is WrapperStream wrapper ? wrapper.GetNonWrapperBaseStream() : response.ResponseStream;

    /// <summary>Buffers an object if the response does not state its length, for example because a proxy uses chunked encoding.</summary>
    private async Task<ArtifactContent> BufferAsync(ArtifactPath path, GetObjectResponse response, Stream body, CancellationToken cancellationToken)
    {
        var buffered = await ArtifactStreams.BufferAsync(S3Errors.Provider, path, body, bucket.Options.PartSize, cancellationToken).ConfigureAwait(false);
        try
        {
            var info = S3Attributes.ToInfo(path, buffered.Length, response);
            await body.DisposeAsync().ConfigureAwait(false);
            return new ArtifactContent(info, ArtifactStreams.Verify(buffered, info));
        }
        catch
        {
            await buffered.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a range that starts at or after the end of the artifact.</summary>
    private async Task<ArtifactContent?> OpenEmptyRangeAsync(
        ArtifactPath path, string key, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        var response = await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(path);
        var info = S3Attributes.ToInfo(path, response);
        if (info.ETag == options.IfNoneMatch)
        {
            return null;
        }

        return (options.Range ?? s_whole).ClipTo(info.Size) == 0
            ? new ArtifactContent(info, OpenEmpty(options, info))
            : throw new ArtifactConflictException(path);
    }

    private static Stream OpenEmpty(ArtifactReadOptions options, ArtifactInfo info)
    {
        var empty = new MemoryStream([], writable: false);
        return options.Range is null ? ArtifactStreams.Verify(empty, info) : empty;
    }

    private static long GetLast(ArtifactRange range) =>
        range.Length is { } length && length <= long.MaxValue - range.Offset ? range.Offset + length - 1 : long.MaxValue;
}
