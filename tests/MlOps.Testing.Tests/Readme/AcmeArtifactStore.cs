using System.Runtime.CompilerServices;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Testing.Tests.Readme;

/// <summary>The provider that README.md of MlOps.Testing shows, whole.</summary>
public sealed class AcmeArtifactStore(AcmeClient client, AcmeStorageOptions options) : IArtifactStore
{
    private const string DigestHeader = "mlops_sha256";
    private const string ContentTypeHeader = "content-type";
    private const string NonceHeader = "mlops_nonce";

    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return ToInfo(path, await client.HeadAsync(path.ToString(), cancellationToken).ConfigureAwait(false));
        }
        catch (AcmeException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (AcmeException exception)
        {
            throw Translate(exception, "find", path);
        }
    }

    public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            var info = ToInfo(path, await client.HeadAsync(path.ToString(), cancellationToken).ConfigureAwait(false));
            if (info.ETag == options.IfNoneMatch)
            {
                return null;
            }

            var range = options.Range ?? new ArtifactRange(0);
            return new ArtifactContent(info, options.Range is null ? ArtifactStreams.Verify(Read(info, range), info) : Read(info, range));
        }
        catch (AcmeException exception)
        {
            throw Translate(exception, "read", path);
        }
    }

    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        options ??= new ArtifactWriteOptions();
        string? upload = null;
        try
        {
            upload = await client.StartUploadAsync(cancellationToken).ConfigureAwait(false);
            return await UploadAsync(upload, path, content, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException exception)
        {
            throw Translate(exception, "write", path, options.Condition);
        }
        finally
        {
            if (upload is not null)
            {
                await client.AbortUploadAsync(upload).ConfigureAwait(false);
            }
        }
    }

    public async Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            await client.DeleteAsync(path.ToString(), cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException exception) when (exception.Status == 404)
        {
            // Deleting what is absent succeeds.
        }
        catch (AcmeException exception)
        {
            throw Translate(exception, "delete", path);
        }
    }

    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = startAfter?.ToString() ?? "";
        while (true)
        {
            var page = await ListPageAsync(prefix, last, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0)
            {
                yield break;
            }

            foreach (var found in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return ToInfo(ArtifactPath.Parse(found.Name), found);
            }

            last = page[^1].Name;
        }
    }

    /// <summary>Reads a range of bytes of one version. Reads parts ahead if one connection is too slow.</summary>
    private Stream Read(ArtifactInfo info, ArtifactRange range)
    {
        var length = range.ClipTo(info.Size);
        return ArtifactStreams.ReadAhead(Open(range.Offset, length), range.Offset, length, options.PartSize, options.Parallelism, Open);

        ArtifactRangeReader Open(long offset, long length) => new AcmeRangeReader(client, info, offset, length);
    }

    private async Task<IReadOnlyList<AcmeObject>> ListPageAsync(ArtifactPath? prefix, string startAfter, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ListPageAsync(prefix is null ? "" : $"{prefix}/", startAfter, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException exception)
        {
            throw Translate(exception, "list", prefix);
        }
    }

    private async Task<ArtifactWriteResult> UploadAsync(
        string upload, ArtifactPath path, Stream content, ArtifactWriteOptions write, CancellationToken cancellationToken)
    {
        using var parts = new ContentPartReader(content, options.PartSize);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(parts.ReadAllAsync(cancellationToken: cancellationToken), parallel, async (part, token) =>
        {
            using (part)
            {
                await client.UploadPartAsync(upload, part.Number, part.OpenRead(), token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);

        var digest = await parts.GetDigestAsync().ConfigureAwait(false);
        if (write.ExpectedSha256 is { } expected && expected != digest)
        {
            throw new ArtifactIntegrityException(path, expected, digest);
        }

        var headers = write.Metadata.ToDictionary(static pair => pair.Key, static pair => ArtifactMetadata.Encode(pair.Value));
        headers[ContentTypeHeader] = write.ContentType;
        headers[DigestHeader] = digest.ToString();
        headers[NonceHeader] = Guid.NewGuid().ToString();
        var tag = await CommitAsync(upload, path, headers, write.Condition, cancellationToken).ConfigureAwait(false);
        return new ArtifactWriteResult { ETag = tag, Size = parts.BytesRead, Sha256 = digest };
    }

    private async Task<string> CommitAsync(
        string upload, ArtifactPath path, Dictionary<string, string> headers, WriteCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CommitAsync(upload, path.ToString(), headers, condition.IsIfAbsent, condition.ETag, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeException refused) when (refused.Status == 412)
        {
            // The SDK repeats a commit whose response was lost, and then finds the object of the first attempt.
            var found = await client.TryHeadAsync(path.ToString(), cancellationToken).ConfigureAwait(false);
            return found?.Headers[NonceHeader] == headers[NonceHeader] ? found.Tag : throw Translate(refused, "write", path, condition);
        }
    }

    private static ArtifactInfo ToInfo(ArtifactPath path, AcmeObject found) => new()
    {
        Path = path,
        Size = found.Size,
        ETag = found.Tag,
        LastModified = found.Written,
        ContentType = found.Headers[ContentTypeHeader],
        Metadata = found.Headers.Where(static header => header.Key is not (ContentTypeHeader or DigestHeader or NonceHeader))
            .ToDictionary(static header => header.Key, static header => ArtifactMetadata.Decode(header.Value)),
        Sha256 = Sha256Digest.Parse(found.Headers[DigestHeader]),
    };

    internal static MlOpsException Translate(AcmeException exception, string operation, ArtifactPath? path, WriteCondition condition = default) =>
        exception.Status switch
        {
            404 when path is not null => new ArtifactNotFoundException(path, exception),
            401 or 403 => new ArtifactAccessDeniedException(path, $"Acme refused to {operation} '{path}'. Check MlOps:Storage:Acme:Token.", exception),
            412 when path is not null && condition.IsIfAbsent => new ArtifactExistsException(path, exception),
            412 when path is not null => new ArtifactConflictException(path, exception),
            var status =>
                new ProviderException("Acme", operation, status >= 500, $"Acme answered {status} to {operation} '{path}'. See the inner exception.", exception),
        };
}

public sealed class AcmeStorageOptions
{
    public string Token { get; set; } = "";

    public int PartSize { get; set; } = 8 << 20;

    public int Parallelism { get; set; } = 4;
}
