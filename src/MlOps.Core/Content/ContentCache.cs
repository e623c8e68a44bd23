using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Caches content of a store on a local disk.</summary>
/// <remarks>
/// <para>Content is immutable, so cached files never become outdated. Every byte is verified before it is returned. A damaged file is deleted,
/// and the content is read from the store. If the disk is full, read-only or broken, content is read from the store without caching.</para>
/// <para>Thread-safe, also across processes. In one process, concurrent requests for the same missing content cause one download.</para>
/// </remarks>
/// <param name="options">The folder and the maximum size. The folder must be set.</param>
/// <param name="timeProvider">The clock for the times of use.</param>
/// <param name="logger">The logger for failures of the cache.</param>
internal sealed partial class ContentCache(ContentCacheOptions options, TimeProvider timeProvider, ILogger<ContentCache> logger)
{
    private readonly CacheFolder _files = new(options.Folder!, options.MaxSize, timeProvider);

    /// <summary>The locks for downloads, selected by a byte of the digest's hash code, so that downloads of different content rarely block each
    /// other.</summary>
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 256).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Opens content from the cache, or from the store if it cannot be cached. The content is verified before its first byte is
    /// returned.</summary>
    /// <param name="digest">The digest of the content.</param>
    /// <param name="openStored">Opens the content in the store.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The content. Its path is the path in the store. Cached content has no attributes other than size and digest.</returns>
    public async Task<ArtifactContent> OpenReadAsync(
        Sha256Digest digest, Func<Sha256Digest, CancellationToken, Task<ArtifactContent>> openStored, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(digest, openStored, cancellationToken).ConfigureAwait(false) is { } cached)
        {
            if (await IsSoundOrDisposedAsync(cached, digest, cancellationToken).ConfigureAwait(false))
            {
                return Verify(cached, digest);
            }

            Discard(digest);
        }

        return await openStored(digest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes content from the cache, or from the store, to a file. The file appears when it is complete and verified.</summary>
    /// <inheritdoc cref="OpenReadAsync"/>
    /// <param name="digest">The digest of the content.</param>
    /// <param name="file">The path of the local file. An existing file is replaced.</param>
    /// <param name="openStored">Opens the content in the store.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public async Task SaveAsync(
        Sha256Digest digest, string file, Func<Sha256Digest, CancellationToken, Task<ArtifactContent>> openStored, CancellationToken cancellationToken)
    {
        if (await TryOpenAsync(digest, openStored, cancellationToken).ConfigureAwait(false) is { } cached)
        {
            try
            {
                var content = Verify(cached, digest);
                await using var _ = content.ConfigureAwait(false);
                await content.SaveAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception exception) when (exception is ArtifactIntegrityException or IOException or UnauthorizedAccessException)
            {
                Discard(digest);
            }
        }

        var stored = await openStored(digest, cancellationToken).ConfigureAwait(false);
        await using var __ = stored.ConfigureAwait(false);
        await stored.SaveAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the cached file. If it does not exist, downloads the content first.</summary>
    /// <returns>The unverified file, or <see langword="null"/> if the content cannot be cached.</returns>
    private async Task<FileStream?> TryOpenAsync(
        Sha256Digest digest, Func<Sha256Digest, CancellationToken, Task<ArtifactContent>> openStored, CancellationToken cancellationToken)
    {
        try
        {
            return _files.TryOpen(digest) ?? await FillAsync(digest, openStored, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailed(exception, digest, options.Folder!);
            return null;
        }
    }

    private async Task<FileStream?> FillAsync(
        Sha256Digest digest, Func<Sha256Digest, CancellationToken, Task<ArtifactContent>> openStored, CancellationToken cancellationToken)
    {
        var gate = _locks[(byte)digest.GetHashCode()];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_files.TryOpen(digest) is { } filled)
            {
                return filled; // a concurrent call downloaded it
            }

            var content = await openStored(digest, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            return await _files.TryAddAsync(digest, content, cancellationToken).ConfigureAwait(false) ? _files.TryOpen(digest) : null;
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<bool> IsSoundOrDisposedAsync(FileStream cached, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var isSound = false;
        try
        {
            isSound = await Sha256Digest.OfAsync(cached, cancellationToken).ConfigureAwait(false) == digest;
            cached.Position = 0;
        }
        catch (IOException)
        {
            isSound = false;
        }
        finally
        {
            if (!isSound)
            {
                await cached.DisposeAsync().ConfigureAwait(false);
            }
        }

        return isSound;
    }

    private static ArtifactContent Verify(FileStream cached, Sha256Digest digest)
    {
        var info = new ArtifactInfo
        {
            Path = ContentStore.PathOf(digest),
            Size = cached.Length,
            ETag = digest.ToString(),
            LastModified = File.GetLastWriteTimeUtc(cached.SafeFileHandle),
            ContentType = ArtifactWriteOptions.DefaultContentType,
            Metadata = FrozenDictionary<string, string>.Empty,
            Sha256 = digest,
        };
        return new ArtifactContent(info, ArtifactStreams.Verify(cached, info));
    }

    private void Discard(Sha256Digest digest)
    {
        _files.Delete(digest);
        LogDamaged(digest, options.Folder!);
    }

    [LoggerMessage(200, LogLevel.Warning,
        "The cache in '{Folder}' could not read or write the content {Digest}. The store is read instead. Check that the disk has space and is writable.")]
    private partial void LogFailed(Exception exception, Sha256Digest digest, string folder);

    [LoggerMessage(201, LogLevel.Warning,
        "The content {Digest} is damaged in the cache in '{Folder}'. The cached file was deleted, and the store is read instead.")]
    private partial void LogDamaged(Sha256Digest digest, string folder);
}
