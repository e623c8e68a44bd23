using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Makes many small writes durable with one flush of their file system, where that is as good as a flush of each.</summary>
/// <remarks>
/// <para>While one flush is made, the writes that wait for theirs are collected, and the next flush is made for all of them. It begins after the bytes of each
/// were written, and each goes on only when it has ended. So nothing is renamed before its bytes are durable, and no write ends before its name is.</para>
/// <para>A flush of the file system also writes what other programs have not flushed.
/// It is used only between <see cref="Begin"/> and the end of what it began.</para>
/// <para>Thread-safe.</para>
/// </remarks>
/// <param name="findFlush">Finds the flush of the store's file system; <see langword="null"/> to have each file flushed alone.</param>
internal sealed partial class GroupFlush(Func<Action?> findFlush)
{
    /// <summary>Since this version of Linux the flush of a file system reports the bytes that could not be written.</summary>
    private static readonly Version s_reportsFailures = new(5, 8);
    private readonly Lock _lock = new();
    private readonly Lazy<Action?> _flushAll = new(findFlush);
    private List<TaskCompletionSource<bool>> _waiting = [];
    private int _scopes;
    private bool _isFlushing;

    /// <summary>Gets the flush of a folder's file system.</summary>
    /// <returns><see langword="null"/> where it is not known to be as good as that of a file, as on network and FUSE file systems.</returns>
    public static Action? FindFlush(string folder)
    {
        try
        {
            var isKnown = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= s_reportsFailures
                && new DriveInfo(folder).DriveFormat is "ext4" or "ext3" or "ext2" or "xfs" or "btrfs";
            return isKnown ? () => FlushFileSystem(folder) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // the system does not name the file system
        }
    }

    /// <summary>Has small writes share flushes until the result is disposed.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref _scopes);
        return new Scope(this);
    }

    /// <summary>Waits for a flush that begins after this call and covers everything the caller has written.</summary>
    /// <returns><see langword="true"/> if one was made; else the caller flushes its own file.</returns>
    public Task<bool> JoinAsync()
    {
        if (Volatile.Read(ref _scopes) == 0 || _flushAll.Value is null)
        {
            return Task.FromResult(false);
        }

        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add(done);
            if (!_isFlushing)
            {
                _isFlushing = true;
                _ = Task.Run(FlushWaiting);
            }
        }

        return done.Task;
    }

    private static void FlushFileSystem(string folder)
    {
        const int readOnly = 0;
        using var handle = new SafeFileHandle(Open(folder, readOnly), ownsHandle: true);
        if (handle.IsInvalid || SyncFileSystem(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException($"The file system of '{folder}' could not be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    private void FlushWaiting()
    {
        while (true)
        {
            List<TaskCompletionSource<bool>> group;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isFlushing = false;
                    return;
                }

                (group, _waiting) = (_waiting, []);
            }

            var isFlushed = TryFlush();
            group.ForEach(waiting => waiting.SetResult(isFlushed));
        }
    }

    /// <summary>Flushes the file system. If that fails, each write flushes its own file, which fails for those whose bytes could not be written.</summary>
    private bool TryFlush()
    {
        try
        {
            _flushAll.Value!();
            return true;
        }
        catch (IOException)
        {
            return false; // reported by the flush of the file that it concerns
        }
    }

    /// <summary>The time in which small writes share flushes.</summary>
    private sealed class Scope(GroupFlush group) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                Interlocked.Decrement(ref group._scopes);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(SafeFileHandle file);
}
