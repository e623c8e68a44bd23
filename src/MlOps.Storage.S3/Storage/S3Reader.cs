using System.Net;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Opens artifacts for reading; one request tells the attributes and begins to bring the bytes.</summary>
internal sealed class S3Reader(S3Bucket bucket)
{
    private static readonly ArtifactRange s_whole = new(0);

    public Task<ArtifactContent?> OpenAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken) =>
        bucket.RunAsync("read", path, token => OpenAsync(path, bucket.ToKey(path), options, token), cancellationToken);

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
            var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return Open(path, options, response);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotModified)
        {
            return null;
        }
        catch (AmazonS3Exception exception) when (S3Errors.IsAbsent(exception))
        {
            throw new ArtifactNotFoundException(path, exception);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await OpenNothingAsync(path, key, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private ArtifactContent Open(ArtifactPath path, ArtifactReadOptions options, GetObjectResponse response)
    {
        if (options.Range is { } asked)
        {
            S3Attributes.ThrowIfNotFrom(asked.Offset, response);
        }

        // The SDK wraps the body of a request without a range in a stream that computes its MD5, at a fifth of the speed and an allocation for each read.
        var body = response.ResponseStream is WrapperStream wrapper ? wrapper.GetNonWrapperBaseStream() : response.ResponseStream;
        var info = S3Attributes.ToInfo(path, response);
        var range = options.Range ?? s_whole;
        var length = range.ClipTo(info.Size);
        var direct = new S3RangeReader(bucket, info, body, range.Offset, length);
        var stream = new ArtifactReadStream(
            direct,
            range.Offset,
            length,
            bucket.Options.PartSize,
            bucket.Options.Parallelism,
            (start, count) => new S3RangeReader(bucket, info, body: null, start, count));
        return new ArtifactContent(info, options.Range is null ? new VerifiedReadStream(stream, info) : stream);
    }

    /// <summary>Opens a range that starts behind the end, of which the server has no bytes to send.</summary>
    private async Task<ArtifactContent?> OpenNothingAsync(
        ArtifactPath path, string key, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        var response = await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(path);
        var info = S3Attributes.ToInfo(path, response);
        if (info.ETag == options.IfNoneMatch)
        {
            return null;
        }

        return options.Range?.ClipTo(info.Size) == 0 ? new ArtifactContent(info, new MemoryStream([], writable: false)) : throw new ArtifactConflictException(path);
    }

    private static long GetLast(ArtifactRange range) =>
        range.Length is { } length && length <= long.MaxValue - range.Offset ? range.Offset + length - 1 : long.MaxValue;
}
