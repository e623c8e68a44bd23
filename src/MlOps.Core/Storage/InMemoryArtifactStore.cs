using System.Runtime.CompilerServices;

namespace MlOps.Storage;

/// <summary>Stores artifacts in the memory of this process. Use it as a fake in tests: it has the same contract as every store.</summary>
/// <remarks>Thread-safe. The artifacts are lost when the process ends.</remarks>
/// <param name="timeProvider">The clock for <see cref="ArtifactEntry.LastModified"/>, or <see langword="null"/> for the system clock.</param>
public sealed class InMemoryArtifactStore(TimeProvider? timeProvider = null) : IArtifactStore
{
    /// <summary>The key of the store that <c>AddMlOps</c> registers.</summary>
    public const string DefaultKey = "Memory";

    private const int ReadBufferSize = 1 << 20;
    private readonly TimeProvider _timeProvider = timeProvider ?? TimeProvider.System;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ArtifactPath, (ArtifactInfo Info, byte[] Bytes)> _artifacts = [];

    /// <inheritdoc/>
    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Get(path)?.Info);
    }

    /// <inheritdoc/>
    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var (info, bytes) = Get(path) ?? throw new ArtifactNotFoundException(path);
        if (info.ETag == options.IfNoneMatch)
        {
            return Task.FromResult<ArtifactContent?>(null);
        }

        var range = options.Range ?? new ArtifactRange(0);
        var length = (int)range.ClipTo(bytes.Length);
        var stream = new MemoryStream(bytes, length == 0 ? 0 : (int)range.Offset, length, writable: false);
        return Task.FromResult<ArtifactContent?>(new ArtifactContent(info, stream));
    }

    /// <inheritdoc/>
    public async Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        options ??= new ArtifactWriteOptions();
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, ReadBufferSize, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = buffer.ToArray();
        var digest = Sha256Digest.Of(bytes);
        if (options.ExpectedSha256 is { } expected && expected != digest)
        {
            throw new ArtifactIntegrityException(path, expected, digest);
        }

        var info = new ArtifactInfo
        {
            Path = path,
            Size = bytes.Length,
            ETag = Guid.NewGuid().ToString("N"),
            LastModified = _timeProvider.GetUtcNow(),
            ContentType = options.ContentType,
            Metadata = options.Metadata,
            Sha256 = digest,
        };
        lock (_lock)
        {
            var current = _artifacts.TryGetValue(path, out var found) ? found.Info.ETag : null;
            if (options.Condition.IsIfAbsent && current is not null)
            {
                throw new ArtifactExistsException(path);
            }

            if (options.Condition.ETag is { } required && required != current)
            {
                throw new ArtifactConflictException(path);
            }

            _artifacts[path] = (info, bytes);
        }

        return new ArtifactWriteResult { ETag = info.ETag, Size = info.Size, Sha256 = digest };
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _artifacts.Remove(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArtifactInfo[] infos;
        lock (_lock)
        {
            infos = [.. _artifacts.Values.Select(static artifact => artifact.Info)
                .Where(info => (prefix is null || info.Path.IsBelow(prefix)) && (startAfter is null || info.Path > startAfter))];
        }

        foreach (var info in infos)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return info;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>Returns a description of the storage location.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => "Memory of this process, lost when it ends";

    private (ArtifactInfo Info, byte[] Bytes)? Get(ArtifactPath path)
    {
        lock (_lock)
        {
            return _artifacts.TryGetValue(path, out var found) ? found : null;
        }
    }
}
