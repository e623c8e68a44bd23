using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Serializes commits, which check a condition and move a file, across all processes.</summary>
/// <remarks>
/// The lock is a file that is opened exclusively. This excludes other processes on Windows (share mode) and on Unix (<c>flock</c>), works on file systems
/// without hard links, and ends when the process ends.
/// </remarks>
internal static class CommitLock
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    /// <summary>The maximum waiting time. A commit takes milliseconds, so a longer wait indicates a suspended process or an unavailable file server.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async ValueTask<SafeFileHandle> AcquireAsync(string file, LocalDiskLayout layout, CancellationToken cancellationToken)
    {
        CreateShared(file, layout);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryAcquire(file) is { } held)
            {
                return held;
            }

            if (Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new ProviderException(
                    LocalDiskArtifactStore.ProviderName,
                    "write",
                    isTransient: true,
                    $"Another process has held the lock '{file}' for {s_patience.TotalSeconds:0} s. "
                    + "Find a suspended or blocked process that uses this store, and end it.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5)), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Throws if the file system does not support locks. .NET ignores this, so that two writers could both succeed.</summary>
    public static void ThrowIfIgnored(string folder, string setting)
    {
        var file = Path.Combine(folder, $"probe-{Guid.NewGuid():N}");
        bool isIgnored;
        using (TryAcquire(file))
        {
            using var second = TryAcquire(file);
            isIgnored = second is not null;
        }

        File.Delete(file);
        if (isIgnored)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "write",
                isTransient: false,
                $"The file system of '{folder}' does not support file locks, so concurrent writers could overwrite each other. "
                + $"Mount it with locks, unset DOTNET_SYSTEM_IO_DISABLEFILELOCKING, or set {setting} to a folder on another file system.");
        }
    }

    /// <summary>
    /// Creates a lock file that other users can open, if the settings contain a mode. The file is created under another name, and renamed after its permissions
    /// are set.
    /// </summary>
    private static void CreateShared(string file, LocalDiskLayout layout)
    {
        if (layout.FolderMode is null || File.Exists(file))
        {
            return;
        }

        var created = Path.Combine(layout.Locks, $"probe-{Guid.NewGuid():N}");
        using (var handle = File.OpenHandle(created, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            layout.SetMode(handle);
        }

        if (!AtomicMove.TryAdd(created, file))
        {
            File.Delete(created);
        }
    }

    private static SafeFileHandle? TryAcquire(string file)
    {
        try
        {
            return File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is LinuxWouldBlock or MacWouldBlock or LocalDiskErrors.WindowsSharingViolation)
        {
            return null;
        }
    }
}
