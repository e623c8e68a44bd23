using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Testing.Tests.Readme;

/// <summary>The provider that README.md of MlOps.Testing shows, whole.</summary>
public sealed class AcmeArtifactStore(AcmeClient client, AcmeStorageOptions options) : IArtifactStore
{
    private const string DigestHeader = "mlops_sha256";
    private const string ContentTypeHeader = "content-type";

    public async Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return ToInfo(path, await client.GetAsync(path.ToString(), cancellationToken).ConfigureAwait(false));
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
            var found = await client.GetAsync(path.ToString(), cancellationToken).ConfigureAwait(false);
            var info = ToInfo(path, found);
            if (info.ETag == options.IfNoneMatch)
            {
                return null;
            }

            var range = options.Range ?? new ArtifactRange(0);
            var length = (int)range.ClipTo(info.Size);
            var bytes = new MemoryStream(found.Bytes, length == 0 ? 0 : (int)range.Offset, length, writable: false);
            return new ArtifactContent(info, options.Range is null ? new VerifiedReadStream(bytes, info) : bytes);
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
            var page = await client.ListPageAsync(prefix is null ? "" : $"{prefix}/", last, cancellationToken).ConfigureAwait(false);
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

    private async Task<ArtifactWriteResult> UploadAsync(
        string upload, ArtifactPath path, Stream content, ArtifactWriteOptions write, CancellationToken cancellationToken)
    {
        using var parts = new ContentPartReader(content, options.PartSize);
        await Parallel.ForEachAsync(parts.ReadAllAsync(cancellationToken: cancellationToken), cancellationToken, async (part, token) =>
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
        var tag = await client.CommitAsync(
            upload, path.ToString(), headers, write.Condition.IsIfAbsent, write.Condition.ETag, cancellationToken).ConfigureAwait(false);
        return new ArtifactWriteResult { ETag = tag, Size = parts.BytesRead, Sha256 = digest };
    }

    private static ArtifactInfo ToInfo(ArtifactPath path, AcmeObject found) => new()
    {
        Path = path,
        Size = found.Bytes.Length,
        ETag = found.Tag,
        LastModified = found.Written,
        ContentType = found.Headers[ContentTypeHeader],
        Metadata = found.Headers.Where(static header => header.Key is not (ContentTypeHeader or DigestHeader))
            .ToDictionary(static header => header.Key, static header => ArtifactMetadata.Decode(header.Value)),
        Sha256 = Sha256Digest.Parse(found.Headers[DigestHeader]),
    };

    private static MlOpsException Translate(AcmeException exception, string operation, ArtifactPath path, WriteCondition condition = default) => exception.Status switch
    {
        404 => new ArtifactNotFoundException(path, exception),
        401 or 403 => new ArtifactAccessDeniedException(path, $"Acme refused to {operation} '{path}'. Check MlOps:Storage:Acme:Token.", exception),
        412 when condition.IsIfAbsent => new ArtifactExistsException(path, exception),
        412 => new ArtifactConflictException(path, exception),
        var status => new ProviderException("Acme", operation, status >= 500, $"Acme answered {status} to {operation} '{path}'. See the inner exception.", exception),
    };
}

public sealed class AcmeStorageOptions
{
    public string Token { get; set; } = "";

    public int PartSize { get; set; } = 8 << 20;
}
