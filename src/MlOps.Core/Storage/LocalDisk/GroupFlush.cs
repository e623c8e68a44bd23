using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Makes many small writes durable with one flush of the file system.</summary>
/// <remarks>
/// <para>During a flush, further writes are collected, and the next flush includes all of them. A flush starts after the bytes of each write are written, and
/// each write continues after the flush ends. Therefore a file is renamed after its bytes are durable, and a write ends after its name is durable.</para>
/// <para>A flush of the file system also flushes the writes of other programs, so it is used only in a scope of <see cref="Begin"/>.</para>
/// <para>Thread-safe.</para>
/// </remarks>
/// <param name="findFlush">Gets the function that flushes the file system, or <see langword="null"/> to flush each file separately.</param>
internal sealed partial class GroupFlush(Func<Action?> findFlush)
{
    /// <summary>The first version of Linux in which the flush of a file system reports write errors.</summary>
    private static readonly Version s_reportsFailures = new(5, 8);
    private readonly Lock _lock = new();
    private readonly Lazy<Action?> _flushAll = new(findFlush);
    private List<TaskCompletionSource<bool>> _waiting = [];
    private int _scopes;
    private bool _isFlushing;

    /// <summary>Gets the function that flushes the file system of a folder.</summary>
    /// <returns>The function, or <see langword="null"/> if the flush may be weaker than that of a file, as on network and FUSE file systems.</returns>
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
            return null; // The system does not provide the name of the file system.
        }
    }

    /// <summary>Starts a scope in which small writes share flushes.</summary>
    public IDisposable Begin()
    {
        Interlocked.Increment(ref _scopes);
        return new Scope(this);
    }

    /// <summary>Waits for a flush that starts after this call and includes all bytes that the caller has written.</summary>
    /// <returns><see langword="true"/> if the flush succeeded. Otherwise the caller flushes its own file.</returns>
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
            throw new IOException($"The file system of '{folder}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
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

    /// <summary>Flushes the file system. After a failure, each write flushes its own file and reports its own error.</summary>
    private bool TryFlush()
    {
        try
        {
            _flushAll.Value!();
            return true;
        }
        catch (IOException)
        {
            return false; // The flush of the affected file reports the error.
        }
    }

    /// <summary>Ends the shared flushes when it is disposed.</summary>
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
