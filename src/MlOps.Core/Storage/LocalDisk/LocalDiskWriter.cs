using Microsoft.Win32.SafeHandles;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Writes and deletes the files of a local store.</summary>
internal sealed class LocalDiskWriter(LocalDiskLayout layout, TimeProvider timeProvider)
{
    private const int FolderExists = 17; // EEXIST of Linux and macOS
    private const int FolderExistsOnWindows = unchecked((int)0x800700B7);
    private const int PartSize = 1 << 20;

    /// <summary>The size, in bytes, below which a synchronous write and flush take less time than the switch to another thread.</summary>
    private const int SmallPart = 64 << 10;
    private readonly TemporaryFiles _temporaryFiles = new(layout, timeProvider);
    private readonly DurableFolders _folders = new(layout);
    private bool _isPrepared;

    /// <summary>Gets the shared flush of small writes.</summary>
    public GroupFlush Group { get; } = new(() => GroupFlush.FindFlush(layout.Root));

    public async Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = Guard("write", path, () => layout.FileOf(path));

        // An early check avoids writing content that cannot be committed. The check or the move under the lock is decisive.
        await GuardAsync("write", path, () => CheckAsync(file, path, options.Condition, cancellationToken)).ConfigureAwait(false);
        var (temporary, handle) = Guard("write", path, CreateTemporary);
        var committed = false;
        try
        {
            var info = await FillAsync(handle, path, content, options, cancellationToken).ConfigureAwait(false);
            await GuardAsync("write", path, () => CommitAsync(temporary, file, info, options.Condition, cancellationToken)).ConfigureAwait(false);
            committed = true;
            return new ArtifactWriteResult { ETag = info.ETag, Size = info.Size, Sha256 = info.Sha256!.Value };
        }
        finally
        {
            handle.Dispose();
            if (!committed)
            {
                TemporaryFiles.TryDelete(temporary);
            }
        }
    }

    public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken) => GuardAsync("delete", path, async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = layout.FileOf(path);
        if (!File.Exists(file))
        {
            return;
        }

        using (await LockAsync(path, cancellationToken).ConfigureAwait(false))
        {
            File.Delete(file);
        }

        DirectoryFlush.Flush(Path.GetDirectoryName(file)!);
        DeleteEmptyFolders(Path.GetDirectoryName(file)!);
    });

    private (string File, SafeFileHandle Handle) CreateTemporary()
    {
        if (_isPrepared)
        {
            try
            {
                return _temporaryFiles.Create();
            }
            catch (DirectoryNotFoundException)
            {
                // Another program has deleted the folder. It is created again.
            }
        }

        Prepare();
        return _temporaryFiles.Create();
    }

    private async ValueTask<SafeFileHandle> LockAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitLock.AcquireAsync(layout.LockOf(path), layout, cancellationToken).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            Prepare();
            return await CommitLock.AcquireAsync(layout.LockOf(path), layout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Creates the folders of the store before the first write, or if they were deleted.</summary>
    private void Prepare()
    {
        _folders.CreateRoot();
        foreach (var folder in new[] { layout.Temporary, layout.Locks, layout.Objects })
        {
            layout.ThrowIfLink(folder);
            layout.CreateFolder(folder);
        }

        if (!_isPrepared)
        {
            CommitLock.ThrowIfIgnored(layout.Locks, layout.Setting);
            _isPrepared = true;
        }
    }

    /// <summary>Writes content and attributes, and flushes them to the disk. A part is hashed while it is written and later parts are read.</summary>
    private async Task<ArtifactInfo> FillAsync(
        SafeFileHandle handle, ArtifactPath path, Stream content, ArtifactWriteOptions options, CancellationToken cancellationToken)
    {
        using var reader = new ContentPartReader(content, PartSize);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } part)
        {
            using (part)
            {
                if (part.Content.Length <= SmallPart)
                {
                    Guard("write", path, () => RandomAccess.Write(handle, part.Content.Span, part.Offset));
                }
                else
                {
                    await GuardAsync(
                        "write",
                        path,
                        () => RandomAccess.WriteAsync(handle, part.Content, part.Offset, cancellationToken).AsTask()).ConfigureAwait(false);
                }
            }
        }

        var digest = await reader.GetDigestAsync().ConfigureAwait(false);
        if (options.ExpectedSha256 is { } expected && expected != digest)
        {
            throw new ArtifactIntegrityException(path, expected, digest);
        }

        var info = new ArtifactInfo
        {
            Path = path,
            Size = reader.BytesRead,
            ETag = Guid.NewGuid().ToString("N"),
            LastModified = timeProvider.GetUtcNow(),
            ContentType = options.ContentType,
            Metadata = options.Metadata,
            Sha256 = digest,
        };
        Guard("write", path, () => RandomAccess.Write(handle, ArtifactFile.EncodeAttributes(info), info.Size));
        if (!await TryFlushWithOthersAsync(info).ConfigureAwait(false))
        {
            Guard("write", path, () => RandomAccess.FlushToDisk(handle));
        }

        return info;
    }

    /// <summary>Waits for the shared flush of small writes.</summary>
    /// <returns><see langword="true"/> if the flush succeeded.</returns>
    private async ValueTask<bool> TryFlushWithOthersAsync(ArtifactInfo info) =>
        info.Size <= SmallPart && await Group.JoinAsync().ConfigureAwait(false);

    private async Task CommitAsync(string temporary, string file, ArtifactInfo info, WriteCondition condition, CancellationToken cancellationToken)
    {
        using (await LockAsync(info.Path, cancellationToken).ConfigureAwait(false))
        {
            if (!condition.IsIfAbsent)
            {
                await CheckAsync(file, info.Path, condition, cancellationToken).ConfigureAwait(false);
            }

            if (!MoveIntoPlace(temporary, file, condition, cancellationToken))
            {
                if (!await IsThereAsync(file, info, cancellationToken).ConfigureAwait(false))
                {
                    throw new ArtifactExistsException(info.Path);
                }

                TemporaryFiles.TryDelete(temporary);
            }
        }

        var folder = Path.GetDirectoryName(file)!;
        if (await TryFlushWithOthersAsync(info).ConfigureAwait(false))
        {
            _folders.Remember(folder);
        }
        else
        {
            _folders.Flush(folder);
        }
    }

    /// <summary>Moves a file to its folder. A concurrent deletion may remove the empty folder at any time.</summary>
    /// <returns><see langword="false"/> if the target exists and must not be replaced.</returns>
    private bool MoveIntoPlace(string temporary, string file, WriteCondition condition, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(file)!;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (!_folders.IsReached(folder) && !Directory.Exists(folder))
                {
                    layout.CreateFolder(folder);
                }

                if (condition.IsIfAbsent)
                {
                    return AtomicMove.TryAdd(temporary, file);
                }

                AtomicMove.Replace(temporary, file);
                return true;
            }
            catch (Exception exception) when (exception is DirectoryNotFoundException or FileNotFoundException && File.Exists(temporary))
            {
                // The folder was deleted, or its parent was deleted while the runtime created it, which the runtime reports as a missing file.
                _folders.Forget(folder);
            }
            catch (IOException exception) when (exception.HResult is FolderExists or FolderExistsOnWindows && !File.Exists(folder))
            {
                // Another write created the folder first, and a deletion removed it before the runtime checked it.
            }
        }
    }

    /// <summary>
    /// Determines whether this write created the existing file. On NFS, a link may succeed and its response may be lost. A retry then reports that the name
    /// exists (<c>link(2)</c>, section "BUGS").
    /// </summary>
    private static async Task<bool> IsThereAsync(string file, ArtifactInfo info, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = LocalDiskArtifactStore.TryOpen(file);
            return handle is not null && (await ArtifactFile.ReadAttributesAsync(handle, info.Path, cancellationToken).ConfigureAwait(false)).ETag == info.ETag;
        }
        catch (ArtifactIntegrityException)
        {
            return false;
        }
    }

    private static async Task CheckAsync(string file, ArtifactPath path, WriteCondition condition, CancellationToken cancellationToken)
    {
        if (condition.IsIfAbsent && File.Exists(file))
        {
            throw new ArtifactExistsException(path);
        }

        if (condition.ETag is { } required)
        {
            using var handle = LocalDiskArtifactStore.TryOpen(file) ?? throw new ArtifactConflictException(path);
            var current = await ArtifactFile.ReadAttributesAsync(handle, path, cancellationToken).ConfigureAwait(false);
            if (current.ETag != required)
            {
                throw new ArtifactConflictException(path);
            }
        }
    }

    private void DeleteEmptyFolders(string folder)
    {
        try
        {
            for (; folder.Length > layout.Objects.Length; folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
                _folders.Forget(folder);
            }
        }
        catch (IOException)
        {
            // The folder is not empty, or another process has deleted it.
        }
    }

    private void Guard(string operation, ArtifactPath path, Action action) => Guard(operation, path, () =>
    {
        action();
        return true;
    });

    private T Guard<T>(string operation, ArtifactPath path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, operation, path, layout) is { } translated)
        {
            throw translated;
        }
    }

    private async Task GuardAsync(string operation, ArtifactPath path, Func<Task> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (LocalDiskErrors.Translate(exception, operation, path, layout) is { } translated)
        {
            throw translated;
        }
    }
}
