using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Opens artifacts for reading; one request tells the attributes and brings the first part.</summary>
internal sealed class S3Reader(S3Bucket bucket)
{
    private static readonly ArtifactRange s_whole = new(0);

    public Task<ArtifactContent?> OpenAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken) =>
        bucket.RunAsync("read", path, token => OpenAsync(path, bucket.ToKey(path), options, token), cancellationToken);

    private async Task<ArtifactContent?> OpenAsync(ArtifactPath path, string key, ArtifactReadOptions options, CancellationToken cancellationToken)
    {
        var range = options.Range ?? s_whole;
        var firstLength = Math.Min(Math.Min(range.Length ?? long.MaxValue, bucket.Options.PartSize), long.MaxValue - range.Offset);
        var request = new GetObjectRequest
        {
            BucketName = bucket.Name,
            Key = key,

            // Always a range, also of small objects: the SDK runs the body of a request without one through an MD5 stream, which is slow and allocates.
            ByteRange = new ByteRange(range.Offset, range.Offset + firstLength - 1),
            EtagToNotMatch = options.IfNoneMatch is { } known ? S3Attributes.Quote(known) : null,
        };
        try
        {
            var response = await bucket.Client.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
            return Open(path, options, range, response);
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
            return await OpenNothingAsync(path, key, options, range, cancellationToken).ConfigureAwait(false);
        }
    }

    private ArtifactContent Open(ArtifactPath path, ArtifactReadOptions options, ArtifactRange range, GetObjectResponse response)
    {
        var info = S3Attributes.ToInfo(path, response);
        var length = range.ClipTo(info.Size);
        var firstLength = Math.Min(response.ContentLength, length);
        var first = new S3RangeReader(bucket, info, response, range.Offset, firstLength);
        return Open(info, options, new S3ReadStream(bucket, info, first, firstLength, range.Offset, length));
    }

    /// <summary>Opens an artifact of which the server has no such bytes to send: an empty one, or one that ends before the range.</summary>
    private async Task<ArtifactContent?> OpenNothingAsync(
        ArtifactPath path, string key, ArtifactReadOptions options, ArtifactRange range, CancellationToken cancellationToken)
    {
        var response = await bucket.FindAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(path);
        var info = S3Attributes.ToInfo(path, response);
        if (info.ETag == options.IfNoneMatch)
        {
            return null;
        }

        return range.ClipTo(info.Size) == 0 ? Open(info, options, Stream.Null) : throw new ArtifactConflictException(path);
    }

    private static ArtifactContent Open(ArtifactInfo info, ArtifactReadOptions options, Stream stream) =>
        new(info, options.Range is null ? new VerifiedReadStream(stream, info) : stream);
}
