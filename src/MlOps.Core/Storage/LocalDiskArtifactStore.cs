using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Keeps artifacts in a folder on a local disk or mounted share, for any number of processes at a time.</summary>
/// <remarks>
/// Thread-safe, as <see cref="IArtifactStore"/> says; nothing to dispose. Each artifact is one file, written beside the others, flushed, and renamed
/// into place under a lock that all processes respect. Files left by processes that died are removed by later writes.
/// </remarks>
public sealed class LocalDiskArtifactStore : IArtifactStore
{
    internal const string ProviderName = "LocalDisk";

    private readonly LocalDiskLayout _layout;
    private readonly LocalDiskWriter _writer;

    /// <summary>Initializes a store; its folder is created when it is first written to.</summary>
    /// <param name="options">Where it keeps its files.</param>
    /// <param name="timeProvider">The clock of <see cref="ArtifactEntry.LastModified"/>; <see langword="null"/> for the system's.</param>
    public LocalDiskArtifactStore(LocalDiskStorageOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _layout = new LocalDiskLayout(options.Root);
        _writer = new LocalDiskWriter(_layout, timeProvider ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return GuardAsync("find", path, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var handle = TryOpen(_layout.FileOf(path));
            return handle is null ? null : await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
        });
    }

    /// <inheritdoc/>
    public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        return GuardAsync("read", path, async () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var handle = TryOpen(_layout.FileOf(path)) ?? throw new ArtifactNotFoundException(path);
            ArtifactContent? content = null;
            try
            {
                var info = await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
                return content = info.ETag == options.IfNoneMatch ? null : Open(handle, info, options.Range);
            }
            finally
            {
                if (content is null)
                {
                    handle.Dispose();
                }
            }
        });
    }

    /// <inheritdoc/>
    public Task<ArtifactWriteResult> WriteAsync(
        ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(content);
        return _writer.WriteAsync(path, content, options ?? new ArtifactWriteOptions(), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _writer.DeleteAsync(path, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactEntry> ListAsync(
        ArtifactPath? prefix = null, ArtifactPath? startAfter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var (path, file) in new LocalDiskListing(_layout, startAfter).Walk(_layout.FolderOf(prefix), prefix is null ? "" : $"{prefix}/", cancellationToken))
        {
            using var handle = TryOpen(file);
            if (handle is not null)
            {
                yield return await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal static SafeFileHandle? TryOpen(string file)
    {
        try
        {
            return File.Exists(file)
                ? File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous)
                : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // deleted meanwhile
        }
    }

    private static ArtifactContent Open(SafeFileHandle handle, ArtifactInfo info, ArtifactRange? range) => range is { } part
        ? new ArtifactContent(info, new LocalDiskReadStream(handle, part.Offset, part.ClipTo(info.Size)))
        : new ArtifactContent(info, new VerifiedReadStream(new LocalDiskReadStream(handle, 0, info.Size), info));

    private async Task<T> GuardAsync<T>(string operation, ArtifactPath path, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, operation, path, _layout.Root) is { } translated)
        {
            throw translated;
        }
    }
}
