using Amazon.S3.Model;

namespace MlOps.Storage;

/// <summary>Chooses how content is stored: in one request, in parts, or in one conditional request.</summary>
internal sealed class S3Writer
{
    /// <summary>The most that one PUT may carry.</summary>
    private const long MaxPutSize = 5L << 30;
    private const long MaxParts = 10_000;
    private readonly S3Bucket _bucket;
    private readonly S3ConditionalPut _conditionalPut;

    public S3Writer(S3Bucket bucket)
    {
        _bucket = bucket;
        _conditionalPut = new S3ConditionalPut(bucket);
        Conditions = new S3Conditions(bucket, _conditionalPut);
    }

    public S3Conditions Conditions { get; }

    private int PartSize => _bucket.Options.PartSize;

    public async Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions options, CancellationToken cancellationToken)
    {
        var write = new S3Write(_bucket, _bucket.ToKey(path), options);
        var support = write.Condition.IsNone ? null : await Conditions.GetSupportAsync(cancellationToken).ConfigureAwait(false);
        if (content.CanSeek && content.Length - content.Position is var length && length > PartSize)
        {
            return support is null
                ? await UploadKnownAsync(path, write, content, length, options.ExpectedSha256, cancellationToken).ConfigureAwait(false)
                : await PutSourceAsync(path, write, new UploadSource(content, length), support, cancellationToken).ConfigureAwait(false);
        }

        using var reader = new ContentPartReader(content, PartSize);
        var first = (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))!;
        if (first.IsLast)
        {
            using (first)
            {
                return await PutPartAsync(path, write, first, await reader.GetDigestAsync().ConfigureAwait(false), support, cancellationToken).ConfigureAwait(false);
            }
        }

        if (support is null)
        {
            return await new S3MultipartUpload(_bucket, path, write).RunAsync(reader, first, options.ExpectedSha256, hashed: null, cancellationToken).ConfigureAwait(false);
        }

        var file = await SpoolAsync(path, reader, first, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            return await PutSourceAsync(path, write, new UploadSource(file, file.Length), support, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the content twice, unless the caller gives its digest: an upload in parts fixes its metadata, with the digest, before the first part.</summary>
    private async Task<ArtifactWriteResult> UploadKnownAsync(
        ArtifactPath path, S3Write write, Stream content, long length, Sha256Digest? expected, CancellationToken cancellationToken)
    {
        var partSize = (int)Math.Max(PartSize, (length + MaxParts - 1) / MaxParts);
        var hashed = expected is null ? await HashedParts.OfAsync(new UploadSource(content, length), partSize, cancellationToken).ConfigureAwait(false) : null;
        using var reader = new ContentPartReader(content, partSize, computeDigest: hashed is null);
        return await new S3MultipartUpload(_bucket, path, write).RunAsync(reader, first: null, expected ?? hashed!.Digest, hashed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ArtifactWriteResult> PutPartAsync(
        ArtifactPath path, S3Write write, ContentPart part, Sha256Digest digest, S3ConditionSupport? support, CancellationToken cancellationToken)
    {
        Verify(path, write.ExpectedSha256, digest);
        var eTag = await PutAsync(path, write, () => write.Put(part.OpenRead(), digest), support, cancellationToken).ConfigureAwait(false);
        return new ArtifactWriteResult { ETag = eTag, Size = part.Content.Length, Sha256 = digest };
    }

    private async Task<ArtifactWriteResult> PutSourceAsync(ArtifactPath path, S3Write write, UploadSource source, S3ConditionSupport support, CancellationToken cancellationToken)
    {
        CheckPutSize(path, source.Length);
        var digest = await source.HashAsync(path, cancellationToken).ConfigureAwait(false);
        Verify(path, write.ExpectedSha256, digest);
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

    /// <summary>Makes a request for the whole source, also where an earlier attempt has read from it: the SDK sends what lies behind the position.</summary>
    private static PutObjectRequest PutFromStart(S3Write write, UploadSource source, Sha256Digest digest)
    {
        source.Position = 0;
        return write.Put(source, digest);
    }

    private async Task<string> PutAsync(ArtifactPath path, S3Write write, Func<PutObjectRequest> request, S3ConditionSupport? support, CancellationToken cancellationToken)
    {
        if (support is null)
        {
            return await _bucket.RunAsync("write", path, token => _bucket.PutAsync(request(), token), cancellationToken).ConfigureAwait(false);
        }

        var eTag = await _bucket.RunAsync(
            "write", path, token => _conditionalPut.TryAsync(write, request, support.IsQuoted, S3ConditionalPut.ManyAttempts, token), cancellationToken).ConfigureAwait(false);
        return eTag ?? throw (write.Condition.IsIfAbsent ? new ArtifactExistsException(path) : new ArtifactConflictException(path));
    }

    /// <summary>Keeps content of unknown length in a temporary file: a conditional write is one request, whose length comes first.</summary>
    private static async Task<FileStream> SpoolAsync(ArtifactPath path, ContentPartReader reader, ContentPart first, CancellationToken cancellationToken)
    {
        var file = CreateSpool(path);
        try
        {
            await foreach (var part in reader.ReadAllAsync(first, cancellationToken).ConfigureAwait(false))
            {
                using (part)
                {
                    CheckPutSize(path, reader.BytesRead);
                    await WriteSpoolAsync(path, file, part, cancellationToken).ConfigureAwait(false);
                }
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static FileStream CreateSpool(ArtifactPath path)
    {
        try
        {
            var name = Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():N}.spool");
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var file = new FileStream(name, options);
            DeleteName(name);
            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotSpool(path, exception);
        }
    }

    /// <summary>Lets the file of a process that is killed end with it: Windows does so of itself, and elsewhere an open file needs no name.</summary>
    private static void DeleteName(string name)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(name);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some network shares keep the name of an open file; closing the file deletes it.
        }
    }

    private static async Task WriteSpoolAsync(ArtifactPath path, FileStream file, ContentPart part, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(part.Content, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw CannotSpool(path, exception);
        }
    }

    private static ProviderException CannotSpool(ArtifactPath path, Exception exception) => new(
        S3Errors.Provider,
        "write",
        isTransient: false,
        $"The content for '{path}' is of unknown length and to be stored under a condition, so it has to be kept in '{Path.GetTempPath()}' first, which failed: "
        + $"{exception.Message} Make room there, point TMPDIR (TMP on Windows) elsewhere, or write from a stream that can seek.",
        exception);

    private static void Verify(ArtifactPath path, Sha256Digest? expected, Sha256Digest digest)
    {
        if (expected is not null && expected != digest)
        {
            throw new ArtifactIntegrityException(path, expected, digest);
        }
    }

    private static void CheckPutSize(ArtifactPath path, long size)
    {
        if (size > MaxPutSize)
        {
            throw new ProviderException(
                S3Errors.Provider,
                "write",
                isTransient: false,
                $"The content for '{path}' has more than {MaxPutSize} bytes (5 GiB), the most that S3 stores under a condition. "
                + "Write it without a condition to a path of its own, and a small artifact that names it under the condition.");
        }
    }
}
