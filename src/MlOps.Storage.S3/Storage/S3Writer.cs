using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Selects the strategy of a write.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>conditional</term><description><see cref="S3ConditionalPut"/>: one request, from memory, from the stream of the caller or from a temporary
/// file</description></item>
/// <item><term>at most one part</term><description><see cref="S3SinglePut"/>: one request from memory</description></item>
/// <item><term>larger</term><description><see cref="S3MultipartUpload"/>: several parts in parallel</description></item>
/// </list>
/// </remarks>
internal sealed class S3Writer(S3Bucket bucket, S3ConditionProbe probe)
{
    private readonly S3ConditionalPut _conditionalPut = new(bucket, probe);

    public Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions options, CancellationToken cancellationToken)
    {
        var write = new S3Write(bucket, bucket.ToKey(path), options);
        return write.Condition.IsNone
            ? WriteUnconditionallyAsync(path, write, content, cancellationToken)
            : _conditionalPut.WriteAsync(path, write, content, cancellationToken);
    }

    private async Task<ArtifactWriteResult> WriteUnconditionallyAsync(ArtifactPath path, S3Write write, Stream content, CancellationToken cancellationToken)
    {
        var upload = new S3MultipartUpload(bucket, path, write);
        if (content.CanSeek && content.Length - content.Position is var length && length > bucket.Options.PartSize)
        {
            return await upload.WriteAsync(content, length, cancellationToken).ConfigureAwait(false);
        }

        using var reader = new ContentPartReader(content, bucket.Options.PartSize);
        var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        if (!first.IsLast)
        {
            return await upload.WriteAsync(reader, first, cancellationToken).ConfigureAwait(false);
        }

        using (first)
        {
            var digest = await reader.GetDigestAsync().ConfigureAwait(false);
            return await new S3SinglePut(bucket, path, write).WriteAsync(first, digest, cancellationToken).ConfigureAwait(false);
        }
    }
}
