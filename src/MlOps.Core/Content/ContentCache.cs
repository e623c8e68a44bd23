using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Keeps content that was read from a store on a local disk, and serves it from there the next time.</summary>
/// <remarks>
/// <para>Content never changes under its digest, so nothing is ever out of date. Every byte served is verified, from whatever the disk makes of it; a file that is
/// damaged is deleted and the store is read. A disk that is full, read-only or broken costs the cache's help, never a read.</para>
/// <para>Thread-safe, and for any number of processes. Of callers in one process who miss the same content one downloads it.</para>
/// </remarks>
/// <param name="options">Where the cache is and how large; its folder must be set.</param>
/// <param name="timeProvider">The clock of which content was used last.</param>
/// <param name="logger">Told what goes wrong with the cache.</param>
internal sealed partial class ContentCache(ContentCacheOptions options, TimeProvider timeProvider, ILogger<ContentCache> logger)
{
    private readonly CacheFolder _files = new(options.Folder!, options.MaxSize, timeProvider);

    /// <summary>By a byte of the digest's hash code, so that misses of different content seldom wait for one another.</summary>
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 256).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Opens content that was verified before its first byte is given out, from the cache or else from the store.</summary>
    /// <param name="digest">The content's digest.</param>
    /// <param name="openStored">Opens it in the store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The content; its path is that in the store, of its attributes only size and digest are known.</returns>
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

    /// <summary>Writes content to a file, which appears only when it is complete and verified, from the cache or else from the store.</summary>
    /// <inheritdoc cref="OpenReadAsync"/>
    /// <param name="digest">The content's digest.</param>
    /// <param name="file">The local file's path; an earlier file is replaced.</param>
    /// <param name="openStored">Opens the content in the store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
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

    /// <summary>Opens the cached file, which is first filled from the store if need be.</summary>
    /// <returns>The file, unverified; <see langword="null"/> if the content cannot be cached.</returns>
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
                return filled; // by who had the gate before
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

    [LoggerMessage(200, LogLevel.Warning, "The cache in '{Folder}' could not keep or give the content {Digest}; the store is read instead. Check that its disk has room and can be written.")]
    private partial void LogFailed(Exception exception, Sha256Digest digest, string folder);

    [LoggerMessage(201, LogLevel.Warning, "The content {Digest} is damaged in the cache in '{Folder}'. It was deleted there; the store is read instead.")]
    private partial void LogDamaged(Sha256Digest digest, string folder);
}
