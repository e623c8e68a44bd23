using Amazon.S3.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Stores content in one conditional request, after the probe has verified that the server supports conditions.</summary>
/// <remarks>A multipart upload is not used, because many S3-compatible servers do not support conditions on its completion.</remarks>
internal sealed class S3ConditionalPut(S3Bucket bucket, S3ConditionProbe probe)
{
    /// <summary>The maximum size of the content of one request.</summary>
    private const long MaxPutSize = 5L << 30;
    private readonly S3ConditionalRequest _request = new(bucket);

    public async Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, S3Write write, Stream content, CancellationToken cancellationToken)
    {
        var support = await probe.GetResultAsync(cancellationToken).ConfigureAwait(false);
        if (content.CanSeek && content.Length - content.Position is var length && length > bucket.Options.PartSize)
        {
            return await PutSourceAsync(path, write, new UploadSource(content, length), support, cancellationToken).ConfigureAwait(false);
        }

        using var reader = new ContentPartReader(content, bucket.Options.PartSize);
        var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        if (first.IsLast)
        {
            using (first)
            {
                var digest = await reader.GetDigestAsync().ConfigureAwait(false);
                return await PutPartAsync(path, write, first, digest, support, cancellationToken).ConfigureAwait(false);
            }
        }

        var file = await SpoolAsync(path, reader, first, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            return await PutSourceAsync(path, write, new UploadSource(file, file.Length), support, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ArtifactWriteResult> PutPartAsync(
        ArtifactPath path, S3Write write, ContentPart part, Sha256Digest digest, S3ConditionProbeResult support, CancellationToken cancellationToken)
    {
        write.Verify(path, digest);
        var eTag = await PutAsync(path, write, () => write.Put(part.OpenRead(), digest), support, cancellationToken).ConfigureAwait(false);
        return new ArtifactWriteResult { ETag = eTag, Size = part.Content.Length, Sha256 = digest };
    }

    private async Task<ArtifactWriteResult> PutSourceAsync(
        ArtifactPath path, S3Write write, UploadSource source, S3ConditionProbeResult support, CancellationToken cancellationToken)
    {
        CheckSize(path, source.Length);
        var digest = await source.HashAsync(path, cancellationToken).ConfigureAwait(false);
        write.Verify(path, digest);
        try
        {
            var eTag = await PutAsync(path, write, () => PutFromStart(write, source, digest), support, cancellationToken).ConfigureAwait(false);
            return new ArtifactWriteResult { ETag = eTag, Size = source.Length, Sha256 = digest };
        }
        catch (MlOpsException) when (source.Fault is not null)
        {
            source.Fault.Throw();
            throw;
        }
    }

    /// <summary>Creates a request for the whole source. The SDK sends the bytes after the current position, which an earlier attempt has moved.</summary>
    private static PutObjectRequest PutFromStart(S3Write write, UploadSource source, Sha256Digest digest)
    {
        source.Position = 0;
        return write.Put(source, digest);
    }

    private async Task<string> PutAsync(
        ArtifactPath path, S3Write write, Func<PutObjectRequest> makeRequest, S3ConditionProbeResult support, CancellationToken cancellationToken)
    {
        var eTag = await bucket.RunAsync(
            "write",
            path,
            token => _request.TryAsync(write, makeRequest, support.IsQuoted, S3ConditionalRequest.ManyAttempts, token),
            cancellationToken).ConfigureAwait(false);
        return eTag ?? throw (write.Condition.IsIfAbsent ? new ArtifactExistsException(path) : new ArtifactConflictException(path));
    }

    /// <summary>Stores content of unknown length in a temporary file, because one request states its length first.</summary>
    private static Task<Stream> SpoolAsync(ArtifactPath path, ContentPartReader reader, ContentPart first, CancellationToken cancellationToken)
    {
        return ArtifactStreams.SpoolAsync(ReadCheckedAsync(), CannotSpool, cancellationToken);

        async IAsyncEnumerable<ContentPart> ReadCheckedAsync()
        {
            await foreach (var part in reader.ReadAllAsync(first, cancellationToken).ConfigureAwait(false))
            {
                CheckSize(path, reader.BytesRead);
                yield return part;
            }
        }

        ProviderException CannotSpool(Exception exception) => new(
            S3Errors.Provider,
            "write",
            isTransient: false,
            $"The content for '{path}' has an unknown length and is written conditionally, so it is buffered in a temporary file in '{Path.GetTempPath()}'. "
            + $"This failed: {exception.Message} Free disk space there, set TMPDIR (TMP on Windows) to another folder, or write from a stream that can seek.",
            exception);
    }

    private static void CheckSize(ArtifactPath path, long size)
    {
        if (size > MaxPutSize)
        {
            throw new ProviderException(
                S3Errors.Provider,
                "write",
                isTransient: false,
                $"The content for '{path}' has more than {MaxPutSize} bytes (5 GiB), which is the limit of S3 for conditional writes. "
                + "Write the content unconditionally to a unique path, and conditionally write a small artifact that refers to it.");
        }
    }
}
